package dev.caisson.airlock.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The numbers 0..count-1 dealt into two halves by chance, the same for the same seed: one half to
/// fit a rule or choose a threshold on, the other to judge it. The first is the larger if the count
/// is odd.
public final class Halves {
  private final int[] dealt;

  private Halves(int[] dealt) {
    this.dealt = dealt;
  }

  public static Halves of(int count, long seed) {
    if (count < 2) {
      throw new IllegalArgumentException("two halves need 2 persons, got " + count);
    }
    return new Halves(shuffled(count, seed));
  }

  /// 0..count-1 in an order in which each is equally likely (Fisher and Yates).
  public static int[] shuffled(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  public int[] first() {
    return Arrays.copyOf(dealt, (dealt.length + 1) / 2);
  }

  public int[] second() {
    return Arrays.copyOfRange(dealt, (dealt.length + 1) / 2, dealt.length);
  }

  /// The values at the first half's positions.
  double[] first(double[] values) {
    return at(values, first());
  }

  double[] second(double[] values) {
    return at(values, second());
  }

  private double[] at(double[] values, int[] positions) {
    if (values.length != dealt.length) {
      throw new IllegalArgumentException(
          "%d values for halves of %d".formatted(values.length, dealt.length));
    }
    double[] some = new double[positions.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[positions[i]];
    }
    return some;
  }
}
