package dev.caisson.airlock.statistics;

import java.util.List;

/// All that is said of one attack's trials. Everything is per person; every rate carries an exact
/// interval; every threshold was chosen on other people than it was judged on.
///
/// @param auc the mean over trials, its interval, and the permutation test's p-value
/// @param operatingPoints at the [#FALSE_POSITIVE_RATES], in their order
/// @param advantage the true less the false positive rate where the other half has the most
/// @param logRatio without slack (delta 0)
/// @param trials how many rules were judged
public record Figures(
    Auc auc,
    List<Accusations> operatingPoints,
    Difference advantage,
    LogRatio logRatio,
    Power power,
    int trials) {

  /// The false positive rates at which every attack is read.
  public static final List<Double> FALSE_POSITIVE_RATES = List.of(0.1, 0.01, 0.001);

  public Figures {
    operatingPoints = List.copyOf(operatingPoints);
  }

  /// Of the trials that one attack gave; the same seed gives the same figures.
  public static Figures of(List<Trial> trials, long seed) {
    Trial first = trials.getFirst();
    HeldOut heldOut = HeldOut.of(first, seed);
    return new Figures(
        Auc.ofTrials(trials, seed),
        FALSE_POSITIVE_RATES.stream().map(heldOut::atFpr).toList(),
        heldOut.atLargestAdvantage().advantage(),
        heldOut.logRatio(0),
        new Power(first.memberScores().length, first.nonMemberScores().length),
        trials.size());
  }
}
