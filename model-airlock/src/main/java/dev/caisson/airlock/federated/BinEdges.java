package dev.caisson.airlock.federated;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The inner edges of the score histogram, fixed before anybody looks at a score. `n` rising edges
/// make `n + 1` bins; the first and last bin are open, so every score falls in one.
public record BinEdges(List<Double> edges) {
  private static final int MAX_BINS = 4096;

  public BinEdges {
    edges = List.copyOf(edges);
    if (edges.isEmpty() || edges.size() >= MAX_BINS) {
      throw new IllegalArgumentException(
          "a histogram has 2..%d bins, got %d".formatted(MAX_BINS, edges.size() + 1));
    }
    for (int i = 0; i < edges.size(); i++) {
      if (!Double.isFinite(edges.get(i)) || (i > 0 && edges.get(i) <= edges.get(i - 1))) {
        throw new IllegalArgumentException(
            "bin edges are finite and rise; edge %d does not".formatted(i));
      }
    }
  }

  /// 200 bins for phi: `2 sinh(u)` for even steps of u up to phi = +-30. Steps are .07 around zero,
  /// where unsure models keep everybody, and 1 at the ends, where confident ones do.
  public static BinEdges forLogOdds() {
    double reach = Math.log(15 + Math.sqrt(15 * 15 + 1)); // asinh(30 / 2)
    List<Double> edges = new ArrayList<>();
    for (int i = 0; i <= 198; i++) {
      edges.add(2 * Math.sinh(reach * (i - 99) / 99));
    }
    return new BinEdges(edges);
  }

  /// 200 bins for minus half the squared error: even steps of its logarithm, from 10^-8 to 10^4
  /// times `scale`, the label's variance as the data set declares it.
  public static BinEdges forSquaredError(double scale) {
    if (!(scale > 0) || !Double.isFinite(scale)) {
      throw new IllegalArgumentException("the scale of squared errors is positive, got " + scale);
    }
    List<Double> edges = new ArrayList<>();
    for (int i = 0; i <= 198; i++) {
      edges.add(-scale * Math.pow(10, 4 - 12.0 * i / 198));
    }
    return new BinEdges(edges);
  }

  public int bins() {
    return edges.size() + 1;
  }

  /// The bin of a score: bin i holds edge i-1 <= score < edge i.
  public int binOf(double score) {
    int found = Collections.binarySearch(edges, score);
    return found >= 0 ? found + 1 : -found - 1;
  }
}
