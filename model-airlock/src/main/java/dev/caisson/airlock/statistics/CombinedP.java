package dev.caisson.airlock.statistics;

import java.util.Arrays;
import java.util.List;

/// One p-value from several of the same hypothesis, whatever their dependence: K/k times the k-th
/// smallest, k the upper half of K (Rueger, *Metrika* 25, 1978). One p-value stays itself, of two
/// it is twice the smaller, of many about twice the median. If each is valid, so is this: the mean
/// number of them at or under k alpha / K is at most k alpha, so that k of them lie there with a
/// chance of at most alpha (Markov).
public final class CombinedP {
  private CombinedP() {}

  public static double of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    if (sorted.length == 0 || !(sorted[0] >= 0 && sorted[sorted.length - 1] <= 1)) {
      throw new IllegalArgumentException("p-values are in 0..1, got " + Arrays.toString(values));
    }
    int k = (sorted.length + 1) / 2;
    return Math.min(1, sorted[k - 1] * sorted.length / k);
  }

  /// Of the trials of one attack, each by its permutation test.
  public static double of(List<Trial> trials, long seed) {
    double[] values = new double[trials.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = PermutationTest.p(trials.get(i), seed + i);
    }
    return of(values);
  }
}
