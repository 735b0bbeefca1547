package dev.caisson.airlock.statistics;

import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// An AUC with its two-sided 95% interval and its one-sided p-value against guessing (.5).
///
/// The interval is normal around the estimate, with the sum of DeLong variances, cut to 0..1. Where
/// that variance is zero (the sides do not overlap at all) a normal interval would be a point; it
/// is then the Clopper-Pearson interval of all successes in as many trials as the smaller side has
/// people. The p-value uses the tie-corrected *null* variance instead, because under the hypothesis
/// tested the sides do come from one distribution; an AUC of trials has the permutation test's.
///
/// `sd` is the standard deviation of the estimate, `smallerSide` the people it rests on at least.
public record Auc(
    double value, Interval interval, double p, double nullSd, double sd, long smallerSide) {
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
    return of(value, p, nullSd, Math.sqrt(variance) / pairs, smallerSide);
  }

  /// The mean AUC of an attack's trials. Its variance follows each person through all trials (see
  /// [Placements]); its p-value is the permutation test's ([CombinedP]); its null deviation that of
  /// the trial with the largest, as if the others added nothing.
  public static Auc ofTrials(List<Trial> trials, long seed) {
    Placements placements = Placements.of(trials);
    double nullSd = 0;
    long smallerSide = Long.MAX_VALUE;
    for (Trial trial : trials) {
      RankSum ranks = trial.ranks();
      nullSd = Math.max(nullSd, Math.sqrt(ranks.nullVariance()) / ranks.pairs());
      smallerSide = Math.min(smallerSide, trial.smallerSide());
    }
    double p = CombinedP.of(trials, seed);
    return of(placements.auc(), p, nullSd, placements.sd(), smallerSide);
  }

  private static Auc of(double value, double p, double nullSd, double sd, long smallerSide) {
    Interval interval =
        new Interval(
            bound(value, sd, smallerSide, -1, 1 - (1 - CONFIDENCE) / 2),
            bound(value, sd, smallerSide, 1, 1 - (1 - CONFIDENCE) / 2),
            CONFIDENCE);
    return new Auc(value, interval, p, nullSd, sd, smallerSide);
  }

  /// The one-sided lower bound at this confidence.
  public double lowerBound(double confidence) {
    return bound(value, sd, smallerSide, -1, confidence);
  }

  /// The one-sided upper bound at this confidence.
  public double upperBound(double confidence) {
    return bound(value, sd, smallerSide, 1, confidence);
  }

  /// The one-sided p-value of "the AUC is over `limit`", by the distribution that the bounds are
  /// drawn from: at most alpha exactly where [#lowerBound] at confidence 1 - alpha reaches the
  /// limit. Against .5 [#p] is the sharper test.
  public double pOver(double limit) {
    ClopperPearson.checkLimit(limit);
    if (sd > 0) {
      return NORMAL.survivalProbability((value - limit) / sd);
    }
    if (isExtreme()) {
      return ClopperPearson.pOver(value == 1 ? smallerSide : 0, smallerSide, limit);
    }
    return value >= limit ? 0 : 1;
  }

  /// The same of "the AUC is under `limit`" and [#upperBound].
  public double pUnder(double limit) {
    ClopperPearson.checkLimit(limit);
    if (sd > 0) {
      return NORMAL.cumulativeProbability((value - limit) / sd);
    }
    if (isExtreme()) {
      return ClopperPearson.pUnder(value == 1 ? smallerSide : 0, smallerSide, limit);
    }
    return value <= limit ? 0 : 1;
  }

  /// The one-sided p-value of "members score lower than non-members", by the null deviation, as for
  /// a rule that was turned round or fed with the wrong inputs.
  public double pInverted() {
    return nullSd == 0 ? 1 : NORMAL.cumulativeProbability((value - 0.5) / nullSd);
  }

  /// Whether there is a spread to judge the figure by. Without it, as when every score ties with
  /// every other, bounds and p-values are those of a point and mean nothing.
  public boolean hasSpread() {
    return sd > 0 || isExtreme();
  }

  private boolean isExtreme() {
    return value == 0 || value == 1;
  }

  private static double bound(
      double value, double sd, long smallerSide, int direction, double confidence) {
    if (sd > 0) {
      double margin = sd * NORMAL.inverseSurvivalProbability(1 - confidence);
      return Math.clamp(value + direction * margin, 0, 1);
    }
    if (value == 0 || value == 1) {
      long successes = value == 1 ? smallerSide : 0;
      return direction < 0
          ? ClopperPearson.lowerBound(successes, smallerSide, confidence)
          : ClopperPearson.upperBound(successes, smallerSide, confidence);
    }
    return value; // every score ties with every other: exactly .5
  }

  /// The smallest AUC that a one-sided 5% test finds with 80% probability: .5 plus (1.645 + .842)
  /// null standard deviations. A normal approximation, fair above some 20 a side.
  public double smallestDetectable() {
    return Power.smallestDetectable(nullSd);
  }
}
