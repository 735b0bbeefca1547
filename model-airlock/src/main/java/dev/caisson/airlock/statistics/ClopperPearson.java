package dev.caisson.airlock.statistics;

import org.apache.commons.statistics.distribution.BetaDistribution;

/// Exact bounds on a probability after `successes` of `trials` (Clopper and Pearson, Biometrika 26,
/// 1934): they never cover less often than stated, whatever the probability; for small counts they
/// cover more often.
public final class ClopperPearson {
  private ClopperPearson() {}

  /// The two-sided interval, half of the error on either side. No trials: everything is possible.
  public static Interval interval(long successes, long trials, double confidence) {
    double tail = (1 - confidence) / 2;
    return new Interval(
        lowerBound(successes, trials, 1 - tail),
        upperBound(successes, trials, 1 - tail),
        confidence);
  }

  /// The one-sided lower bound at this confidence.
  public static double lowerBound(long successes, long trials, double confidence) {
    check(successes, trials);
    return successes == 0
        ? 0
        : BetaDistribution.of((double) successes, trials - successes + 1.0)
            .inverseCumulativeProbability(1 - confidence);
  }

  /// The one-sided upper bound at this confidence. With no success in n trials it is `1 - (1 -
  /// confidence)^(1/n)`: what zero false positives can rule out.
  public static double upperBound(long successes, long trials, double confidence) {
    check(successes, trials);
    return successes == trials
        ? 1
        : BetaDistribution.of(successes + 1.0, (double) trials - successes)
            .inverseCumulativeProbability(confidence);
  }

  /// The exact p-value of "the probability is over `limit`": how likely so many successes or more
  /// are at the limit. At most alpha exactly where [#lowerBound] at confidence 1 - alpha reaches
  /// the limit.
  public static double pOver(long successes, long trials, double limit) {
    check(successes, trials);
    checkLimit(limit);
    return successes == 0
        ? 1
        : BetaDistribution.of((double) successes, trials - successes + 1.0)
            .cumulativeProbability(limit);
  }

  /// The exact p-value of "the probability is under `limit`": how likely so few successes are at
  /// the limit. At most alpha exactly where [#upperBound] at confidence 1 - alpha reaches the
  /// limit.
  public static double pUnder(long successes, long trials, double limit) {
    check(successes, trials);
    checkLimit(limit);
    return successes == trials
        ? 1
        : BetaDistribution.of(successes + 1.0, (double) trials - successes)
            .survivalProbability(limit);
  }

  static void checkLimit(double limit) {
    if (!(limit > 0 && limit < 1)) {
      throw new IllegalArgumentException("a limit is in (0, 1), got " + limit);
    }
  }

  private static void check(long successes, long trials) {
    if (successes < 0 || successes > trials) {
      throw new IllegalArgumentException("%d successes of %d trials".formatted(successes, trials));
    }
  }
}
