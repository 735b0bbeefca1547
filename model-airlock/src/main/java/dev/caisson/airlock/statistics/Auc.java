package dev.caisson.airlock.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/// An AUC with its two-sided 95% interval and its one-sided p-value against guessing (.5).
///
/// The interval is normal around the estimate, with the sum of DeLong variances, cut to 0..1. Where
/// that variance is zero (the sides do not overlap at all) a normal interval would be a point; it
/// is then the Clopper-Pearson interval of all successes in as many trials as the smaller side has
/// people. The p-value uses the tie-corrected *null* variance instead, because under the hypothesis
/// tested the sides do come from one distribution.
public record Auc(double value, Interval interval, double p, double nullSd) {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final double CONFIDENCE = 0.95;

  /// From one comparison.
  public static Auc of(RankSum ranks) {
    return ofSums(
        ranks.twiceU(),
        ranks.pairs(),
        ranks.nullVariance(),
        ranks.variance(),
        Math.min(ranks.members(), ranks.nonMembers()));
  }

  /// From sums over strata (sites): U, pairs and both variances add, because sites are independent.
  /// The result weighs each site's AUC by its pairs and never compares people of different sites.
  /// `smallerSide` is the smaller total of people, for the degenerate interval.
  public static Auc ofSums(
      long twiceU, long pairs, double nullVariance, double variance, long smallerSide) {
    if (pairs < 1) {
      throw new IllegalArgumentException("an AUC needs at least one pair, got " + pairs);
    }
    double value = twiceU / (2.0 * pairs);
    double nullSd = Math.sqrt(nullVariance) / pairs;
    double p = nullSd == 0 ? 1 : NORMAL.survivalProbability((value - 0.5) / nullSd);
    return new Auc(value, interval(value, Math.sqrt(variance) / pairs, smallerSide), p, nullSd);
  }

  private static Interval interval(double value, double sd, long smallerSide) {
    if (sd > 0) {
      double margin = sd * NORMAL.inverseSurvivalProbability((1 - CONFIDENCE) / 2);
      return new Interval(Math.max(0, value - margin), Math.min(1, value + margin), CONFIDENCE);
    }
    if (value == 0 || value == 1) {
      return ClopperPearson.interval(value == 1 ? smallerSide : 0, smallerSide, CONFIDENCE);
    }
    return new Interval(value, value, CONFIDENCE); // every score ties with every other: exactly .5
  }

  /// The smallest AUC that a one-sided 5% test finds with 80% probability: .5 plus (1.645 + .842)
  /// null standard deviations. A normal approximation, fair above some 20 a side.
  public double smallestDetectable() {
    double z = NORMAL.inverseSurvivalProbability(0.05) + NORMAL.inverseSurvivalProbability(0.20);
    return Math.min(1, 0.5 + z * nullSd);
  }
}
