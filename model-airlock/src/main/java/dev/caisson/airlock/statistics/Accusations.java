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

  /// How many times the false positive rate the true positive rate is at least, one-sided at this
  /// confidence; 0 where nothing is shown. By the binomial of the accused who are members, given
  /// how many were accused: exact for rare accusations (Poisson), and on the safe side for others,
  /// whose counts spread less.
  public double ratioLowerBound(double confidence) {
    long accused = truePositives + falsePositives;
    return accused == 0 ? 0 : ratio(ClopperPearson.lowerBound(truePositives, accused, confidence));
  }

  /// The p-value of "the ratio is over `limit`": at most alpha exactly where [#ratioLowerBound] at
  /// confidence 1 - alpha reaches the limit.
  public double pRatioOver(double limit) {
    long accused = truePositives + falsePositives;
    return accused == 0 ? 1 : ClopperPearson.pOver(truePositives, accused, share(limit));
  }

  /// The ratio of rates at which members are this share of the accused.
  private double ratio(double share) {
    return share / (1 - share) * nonMembers / members;
  }

  private double share(double ratio) {
    return members * ratio / (members * ratio + nonMembers);
  }
}
