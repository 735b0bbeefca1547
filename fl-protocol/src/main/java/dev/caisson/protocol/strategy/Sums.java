package dev.caisson.protocol.strategy;

import dev.caisson.secagg.aggregate.Aggregate;

/// The means of a round, the update first, read in blocks.
@FunctionalInterface
interface Sums {
  /// Puts `size` entries of a mean, from `from` on, at the front of `into`.
  void read(int place, int from, double[] into, int size);

  /// Those of a strategy's segments in an aggregate.
  static Sums of(Strategy strategy, Aggregate sum) {
    return (place, from, into, size) -> {
      String segment = place == 0 ? Strategy.UPDATE : strategy.sums().get(place - 1).segment();
      sum.sum(segment, from, into, size);
      double denominator = sum.denominator(segment);
      for (int i = 0; i < size; i++) {
        into[i] /= denominator;
      }
    };
  }
}
