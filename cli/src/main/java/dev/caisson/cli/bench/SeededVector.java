package dev.caisson.cli.bench;

import dev.caisson.secagg.encoding.RealSource;

/// A site's made-up vector of whole steps, uniform in `-most..most`: any entry at any time, in two
/// multiplications (the finaliser of SplitMix64).
record SeededVector(int site, int most) implements RealSource {
  @Override
  public void read(int from, float[] into, int size) {
    for (int i = 0; i < size; i++) {
      into[i] = (float) steps(from + i) / AggregationSettings.STEPS;
    }
  }

  /// An entry in whole steps.
  int steps(int entry) {
    long z = (((long) site << Integer.SIZE) + entry + 1) * 0x9e37_79b9_7f4a_7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z ^= z >>> 31;
    return (int) (((z >>> Integer.SIZE) * (2L * most + 1)) >>> Integer.SIZE) - most;
  }
}
