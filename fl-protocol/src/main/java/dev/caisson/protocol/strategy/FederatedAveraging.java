package dev.caisson.protocol.strategy;

import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.secagg.aggregate.Aggregate;

/// The strategy step of McMahan et al. 2017 (FedAvg): the next state is the state plus the weighted
/// mean of the sites' updates. Pure, and the same on every machine (Java's arithmetic is IEEE 754,
/// JLS 15.4).
public final class FederatedAveraging {
  private FederatedAveraging() {}

  /// The state after a training round; refuses a result that is not finite, which would poison all
  /// that follow.
  public static float[] step(float[] state, Aggregate sum) {
    return step(state, sum.mean(RoundVectors.UPDATE));
  }

  static float[] step(float[] state, double[] meanUpdate) {
    if (state.length != meanUpdate.length) {
      throw new IllegalArgumentException(
          "the state has %d values, the update %d".formatted(state.length, meanUpdate.length));
    }
    float[] next = new float[state.length];
    for (int i = 0; i < state.length; i++) {
      next[i] = (float) (state[i] + meanUpdate[i]);
      if (!Float.isFinite(next[i])) {
        throw new ArithmeticException("value %d of the next state is not finite".formatted(i));
      }
    }
    return next;
  }
}
