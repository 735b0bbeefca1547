package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.statistics.Roc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// How the LOSS attack's scores spread over members and non-members: counts between rising `edges`,
/// the first and last bin open; bin i holds edge i-1 <= score < edge i. `signal` says what the
/// score is.
public record Scores(String signal, List<Double> edges, List<Long> members, List<Long> nonMembers) {
  public Scores {
    signal = Finding.printable(signal);
    edges = List.copyOf(edges);
    members = List.copyOf(members);
    nonMembers = List.copyOf(nonMembers);
    if (members.size() != edges.size() + 1 || nonMembers.size() != members.size()) {
      throw new IllegalArgumentException(
          "%d edges with %d and %d bins"
              .formatted(edges.size(), members.size(), nonMembers.size()));
    }
  }

  /// Of persons' scores, which are finite, at least one of either side; at most 200 bins, fine
  /// where few non-members score as high.
  public static Scores of(String signal, double[] members, double[] nonMembers) {
    for (double[] side : List.of(members, nonMembers)) {
      if (side.length == 0 || !Arrays.stream(side).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "scores are finite and of somebody, got %d of them".formatted(side.length));
      }
    }
    List<Double> edges = ScoreEdges.of(members, nonMembers);
    return new Scores(signal, edges, counts(edges, members), counts(edges, nonMembers));
  }

  private static List<Long> counts(List<Double> edges, double[] scores) {
    long[] counts = new long[edges.size() + 1];
    for (double score : scores) {
      int found = Collections.binarySearch(edges, score);
      counts[found >= 0 ? found + 1 : -found - 1]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }

  public Roc roc() {
    return Roc.ofBins(members, nonMembers);
  }

  /// Neighbouring bins joined from the top until each holds nobody or at least `cell` of either
  /// side, so that no count of 1 to cell-1 people can be read or subtracted from it. Either side
  /// needs `cell` people in all.
  Scores joined(int cell) {
    List<Double> keptEdges = new ArrayList<>();
    List<Long> keptMembers = new ArrayList<>();
    List<Long> keptNonMembers = new ArrayList<>();
    long m = 0;
    long h = 0;
    for (int bin = members.size() - 1; bin >= 0; bin--) {
      m += members.get(bin);
      h += nonMembers.get(bin);
      boolean showable = (m == 0 || m >= cell) && (h == 0 || h >= cell);
      if (showable && bin > 0) {
        keptEdges.addFirst(edges.get(bin - 1));
        keptMembers.addFirst(m);
        keptNonMembers.addFirst(h);
        m = 0;
        h = 0;
      }
    }
    keptMembers.addFirst(m);
    keptNonMembers.addFirst(h);
    while (keptMembers.size() > 1
        && (small(keptMembers.getFirst(), cell) || small(keptNonMembers.getFirst(), cell))) {
      keptEdges.removeFirst();
      keptMembers.addFirst(keptMembers.removeFirst() + keptMembers.removeFirst());
      keptNonMembers.addFirst(keptNonMembers.removeFirst() + keptNonMembers.removeFirst());
    }
    return new Scores(signal, keptEdges, keptMembers, keptNonMembers);
  }

  /// The same, with `edge` (an index) kept: either half is joined by itself.
  Scores joinedAround(int edge, int cell) {
    Scores low =
        new Scores(
                signal,
                edges.subList(0, edge),
                members.subList(0, edge + 1),
                nonMembers.subList(0, edge + 1))
            .joined(cell);
    Scores high =
        new Scores(
                signal,
                edges.subList(edge + 1, edges.size()),
                members.subList(edge + 1, members.size()),
                nonMembers.subList(edge + 1, nonMembers.size()))
            .joined(cell);
    List<Double> bothEdges = new ArrayList<>(low.edges);
    bothEdges.add(edges.get(edge));
    bothEdges.addAll(high.edges);
    List<Long> bothMembers = new ArrayList<>(low.members);
    bothMembers.addAll(high.members);
    List<Long> bothNonMembers = new ArrayList<>(low.nonMembers);
    bothNonMembers.addAll(high.nonMembers);
    return new Scores(signal, bothEdges, bothMembers, bothNonMembers);
  }

  static boolean small(long count, int cell) {
    return count > 0 && count < cell;
  }
}
