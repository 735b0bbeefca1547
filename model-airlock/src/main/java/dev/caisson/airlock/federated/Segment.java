package dev.caisson.airlock.federated;

/// A named run of non-negative integers within a site's evidence. Secure aggregation adds each
/// entry over the sites; no site sends more than `maxValue` in any entry, which fixes the modulus.
public record Segment(String name, int length, long maxValue) {
  /// The largest that secure aggregation takes from one site: exact in a double, and summed over
  /// its largest cohort still within 64-bit lanes.
  public static final long LARGEST = 1L << 50;

  public Segment {
    if (length < 1) {
      throw new IllegalArgumentException("segment %s has no entries".formatted(name));
    }
    if (maxValue < 1 || maxValue > LARGEST) {
      throw new IllegalArgumentException(
          "segment %s holds values up to %d, allowed 1..%d".formatted(name, maxValue, LARGEST));
    }
  }
}
