package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.encoding.Quantiser;
import dev.caisson.trust.Digest;
import java.util.List;
import java.util.OptionalLong;

/// The sum over the survivors' inputs: all that the coordinator learns of them. Exact in whole
/// steps; a real sum is off by less than one step per survivor (rounding), unbiased.
public final class SumResult {
  private final RoundManifest manifest;
  private final List<String> survivors;
  private final List<String> dropped;
  private final Digest d1;
  private final Digest d2;
  private final Digest d3;
  private final List<Fault> faults;
  private final RunningSum sum;

  SumResult(
      RoundManifest manifest,
      List<String> survivors,
      List<String> dropped,
      Digest d1,
      Digest d2,
      Digest d3,
      List<Fault> faults,
      RunningSum sum) {
    this.manifest = manifest;
    this.survivors = List.copyOf(survivors);
    this.dropped = List.copyOf(dropped);
    this.d1 = d1;
    this.d2 = d2;
    this.d3 = d3;
    this.faults = List.copyOf(faults);
    this.sum = sum;
  }

  public RoundManifest manifest() {
    return manifest;
  }

  /// Whose inputs the sum covers.
  public List<String> survivors() {
    return survivors;
  }

  /// Members of the cohort whose inputs it does not cover.
  public List<String> dropped() {
    return dropped;
  }

  public Digest d1() {
    return d1;
  }

  public Digest d2() {
    return d2;
  }

  public Digest d3() {
    return d3;
  }

  /// Who broke what, although the round came to a sum.
  public List<Fault> faults() {
    return faults;
  }

  /// `sum(w x)` of a weighted real segment, `sum(x)` of another.
  public double[] sum(String segment) {
    if (!(find(segment).segment instanceof Segment.Real real)) {
      throw new IllegalArgumentException(
          "segment '%s' is exact: ask for its exactSum".formatted(segment));
    }
    double step = 1 / Quantiser.scale(real, manifest.weights());
    int offset = find(segment).offset;
    double[] values = new double[real.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = sum.lifted(offset + i) * step;
    }
    return values;
  }

  /// The mean of a real segment: of a weighted one as the weights mode says, of another over the
  /// survivors.
  public double[] mean(String segment) {
    double[] values = sum(segment);
    boolean weighted = find(segment).segment instanceof Segment.Real real && real.weighted();
    double denominator =
        weighted
            ? switch (manifest.weights()) {
              case Weights.Equal() -> survivors.size();
              case Weights.FixedDenominator(long _, long fixed) -> fixed;
              case Weights.Total _ -> totalWeight().orElseThrow();
            }
            : survivors.size();
    for (int i = 0; i < values.length; i++) {
      values[i] /= denominator;
    }
    return values;
  }

  /// The sum of an exact segment.
  public long[] exactSum(String segment) {
    if (!(find(segment).segment instanceof Segment.Exact exact)) {
      throw new IllegalArgumentException(
          "segment '%s' is real: ask for its sum or mean".formatted(segment));
    }
    int offset = find(segment).offset;
    long[] values = new long[exact.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = sum.lifted(offset + i);
    }
    return values;
  }

  /// The sum of weights, where the weights mode makes it visible.
  public OptionalLong totalWeight() {
    return manifest.weights() instanceof Weights.Total
        ? OptionalLong.of(sum.lifted(manifest.vector().length()))
        : OptionalLong.empty();
  }

  private record Placed(Segment segment, int offset) {}

  private Placed find(String name) {
    int offset = 0;
    for (Segment segment : manifest.vector().segments()) {
      if (segment.name().equals(name)) {
        return new Placed(segment, offset);
      }
      offset += segment.length();
    }
    throw new IllegalArgumentException("the vector has no segment '%s'".formatted(name));
  }

  @Override
  public String toString() {
    return "SumResult[survivors=%s, dropped=%s, d3=%s]"
        .formatted(survivors, dropped, d3.shortHex());
  }
}
