package dev.caisson.airlock.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/// A difference of two means or two rates with its two-sided 95% interval.
public record Difference(double value, Interval interval) {
  private static final double Z = NormalDistribution.of(0, 1).inverseSurvivalProbability(0.025);

  /// Of two independent rates, by Newcombe's hybrid of Wilson scores (Statistics in Medicine 17,
  /// 1998, method 10): sound for small counts and rates near 0 or 1, where the plain normal
  /// interval is not.
  public static Difference ofRates(long successes1, long trials1, long successes2, long trials2) {
    double p1 = (double) successes1 / trials1;
    double p2 = (double) successes2 / trials2;
    Interval w1 = wilson(p1, trials1);
    Interval w2 = wilson(p2, trials2);
    double down = Math.hypot(p1 - w1.lower(), w2.upper() - p2);
    double up = Math.hypot(w1.upper() - p1, p2 - w2.lower());
    double value = p1 - p2;
    return new Difference(
        value, new Interval(Math.max(-1, value - down), Math.min(1, value + up), 0.95));
  }

  /// Of two independent means from their sums and sums of squares (Welch's standard error, normal
  /// quantile): meant for tens of people a side or more.
  public static Difference ofMeans(
      double sum1, double squares1, long count1, double sum2, double squares2, long count2) {
    double value = sum1 / count1 - sum2 / count2;
    double error =
        Z * Math.sqrt(meanVariance(sum1, squares1, count1) + meanVariance(sum2, squares2, count2));
    return new Difference(value, new Interval(value - error, value + error, 0.95));
  }

  private static double meanVariance(double sum, double squares, long count) {
    if (count < 2) {
      return 0;
    }
    return Math.max(0, squares - sum * sum / count) / (count - 1) / count;
  }

  private static Interval wilson(double p, long n) {
    double centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
    double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4.0 * n * n)) / (1 + Z * Z / n);
    // at p = 0 or 1 rounding may put p a hair outside its own interval
    return new Interval(Math.min(p, centre - half), Math.max(p, centre + half), 0.95);
  }
}
