package dev.caisson.airlock.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/// What so many people can show at all, before anybody looks at a score: both ways, because a clean
/// result from few people says as little as an alarm does.
public record Power(long members, long nonMembers) {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  public Power {
    if (members < 1 || nonMembers < 1) {
      throw new IllegalArgumentException(
          "two sides are compared, got %d members and %d non-members"
              .formatted(members, nonMembers));
    }
  }

  /// The standard deviation of the AUC when both sides come from one distribution and no scores
  /// tie: the root of (1/4 + (m + n - 2)/12) / (m n) (Mann and Whitney, 1947).
  public double nullSd() {
    double variance = (0.25 + (members + nonMembers - 2) / 12.0) / members / nonMembers;
    return Math.sqrt(variance);
  }

  /// The one-sided p-value of this AUC against .5, normal and without ties.
  public double p(double auc) {
    return NORMAL.survivalProbability((auc - 0.5) / nullSd());
  }

  /// The smallest AUC that a one-sided 5% test finds with 80% probability.
  public double smallestDetectableAuc() {
    return smallestDetectable(nullSd());
  }

  /// What not one false positive rules out: a false positive rate above this, one-sided 95%.
  public double zeroFalsePositiveBound() {
    return ClopperPearson.upperBound(0, nonMembers, 0.95);
  }

  static double smallestDetectable(double nullSd) {
    double z = NORMAL.inverseSurvivalProbability(0.05) + NORMAL.inverseSurvivalProbability(0.20);
    return Math.min(1, 0.5 + z * nullSd);
  }
}
