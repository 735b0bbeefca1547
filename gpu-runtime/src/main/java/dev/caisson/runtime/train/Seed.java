package dev.caisson.runtime.train;

import java.util.function.LongSupplier;

/// What decides shuffling and dropout: the study's seed and the round. The same seed, round, rows
/// and thread count give the same weights, bit for bit; another round gives another order.
public record Seed(long study, long round) {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /// An independent stream of 64-bit numbers for one use, by SplitMix64 (Steele, Lea and Flood
  /// 2014): fixed here, so that a shuffle can be repeated years later on another Java.
  public LongSupplier stream(long use) {
    long[] state = {mix(mix(mix(study) + round) + use)};
    return () -> mix(state[0] += GOLDEN);
  }

  private static long mix(long value) {
    long z = value + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// A permutation of 0..n-1 (Fisher and Yates). Its bias, below n / 2^63, cannot be seen.
  public long[] shuffle(int n, long use) {
    long[] order = new long[n];
    LongSupplier random = stream(use);
    for (int i = 0; i < n; i++) {
      int j = (int) Long.remainderUnsigned(random.getAsLong(), i + 1L);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
