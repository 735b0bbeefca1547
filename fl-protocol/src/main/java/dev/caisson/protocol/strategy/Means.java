package dev.caisson.protocol.strategy;

import dev.caisson.secagg.aggregate.Aggregate;

/// The mean update of a round, read in blocks.
@FunctionalInterface
interface Means {
  /// Puts `size` entries, from `from` on, at the front of `into`.
  void read(int from, double[] into, int size);

  /// That of an aggregate.
  static Means of(Aggregate sum) {
    double denominator = sum.denominator(Strategy.UPDATE);
    return (from, into, size) -> {
      sum.sum(Strategy.UPDATE, from, into, size);
      for (int i = 0; i < size; i++) {
        into[i] /= denominator;
      }
    };
  }
}
