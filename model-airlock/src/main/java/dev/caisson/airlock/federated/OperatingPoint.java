package dev.caisson.airlock.federated;

import dev.caisson.airlock.statistics.ClopperPearson;
import dev.caisson.airlock.statistics.Interval;
import dev.caisson.airlock.statistics.Roc;

/// What the attack finds when it may wrongly accuse at most this share of non-members.
/// `trueNegatives` are not told: only the counts that the rate rests on.
public record OperatingPoint(
    double falsePositiveRate, long truePositives, long members, double tpr, Interval interval) {

  static OperatingPoint of(Roc roc, double falsePositiveRate) {
    long found = roc.at(falsePositiveRate).truePositives();
    return new OperatingPoint(
        falsePositiveRate,
        found,
        roc.members(),
        (double) found / roc.members(),
        ClopperPearson.interval(found, roc.members(), 0.95));
  }

  /// Of 100 accusations at this point, how many are right if this share of the people in question
  /// are members: PPV by Bayes' rule, with the false positive rate at its allowed value.
  public double rightPerHundred(double prior) {
    double right = prior * tpr;
    double wrong = (1 - prior) * falsePositiveRate;
    return 100 * right / (right + wrong);
  }
}
