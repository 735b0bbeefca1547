package dev.caisson.airlock.statistics;

/// What came of accusing everybody above one threshold, counted on people who did not choose it:
/// members rightly and non-members wrongly called members. Rates with exact two-sided 95%
/// intervals.
public record Accusations(long truePositives, long members, long falsePositives, long nonMembers) {

  public Accusations {
    if (truePositives < 0
        || truePositives > members
        || falsePositives < 0
        || falsePositives > nonMembers
        || members < 1
        || nonMembers < 1) {
      throw new IllegalArgumentException(
          "%d of %d members and %d of %d non-members accused"
              .formatted(truePositives, members, falsePositives, nonMembers));
    }
  }

  public double tpr() {
    return (double) truePositives / members;
  }

  public Interval tprInterval() {
    return ClopperPearson.interval(truePositives, members, 0.95);
  }

  public double fpr() {
    return (double) falsePositives / nonMembers;
  }

  public Interval fprInterval() {
    return ClopperPearson.interval(falsePositives, nonMembers, 0.95);
  }

  /// The true less the false positive rate, with its 95% interval.
  public Difference advantage() {
    return Difference.ofRates(truePositives, members, falsePositives, nonMembers);
  }

  /// log((TPR_lo - delta) / FPR_hi), natural, with two-sided 95% bounds; minus infinity where the
  /// lower bound does not exceed delta.
  public double logRatio(double delta) {
    return logRatio(tprInterval().lower() - delta, fprInterval().upper());
  }

  /// The same of acquittals, log((TNR_lo - delta) / FNR_hi): who is surely no member.
  public double mirroredLogRatio(double delta) {
    return logRatio(1 - fprInterval().upper() - delta, 1 - tprInterval().lower());
  }

  private static double logRatio(double more, double less) {
    return more <= 0 ? Double.NEGATIVE_INFINITY : Math.log(more / less);
  }
}
