package dev.caisson.airlock.statistics;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/// The audit of one training run (Steinke, Nasr and Jagielski, NeurIPS 2023): `candidates` records
/// were each put in or left out by a fair coin; the auditor abstained on all but `guesses` of them
/// and guessed `correct` coins right.
///
/// Only for independent fair coins per person that were committed before training, with the numbers
/// of guesses fixed first. Otherwise it means nothing: a model that leaks nothing shows "epsilon >=
/// 1.25" on an 80/20 split.
public record OneRunAudit(int candidates, int guesses, int correct, double delta) {
  public OneRunAudit {
    if (correct < 0 || correct > guesses || guesses > candidates || guesses < 1) {
      throw new IllegalArgumentException(
          "%d right of %d guesses on %d candidates".formatted(correct, guesses, candidates));
    }
    if (!(delta >= 0 && delta < 1)) {
      throw new IllegalArgumentException("delta is in [0, 1), got " + delta);
    }
  }

  /// The largest epsilon that these guesses refute at 95%: every (epsilon, delta) guarantee with a
  /// smaller epsilon would make so many right guesses less likely than 5%. 0 where none is refuted.
  public double epsilon() {
    double low = 0;
    double high = 1;
    if (p(low) > 0.05) {
      return 0;
    }
    while (p(high) <= 0.05) {
      high *= 2;
    }
    while (high - low > 1e-10) {
      double middle = (low + high) / 2;
      if (p(middle) <= 0.05) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// The largest chance of so many right guesses under an (epsilon, delta) guarantee, at most 1:
  /// P[Bin(r, q) >= v] + 2 m delta max_i P[v > Bin >= v - i] / i with q = e^eps / (1 + e^eps).
  double p(double epsilon) {
    BinomialDistribution right = BinomialDistribution.of(guesses, 1 / (1 + Math.exp(-epsilon)));
    double reached = right.survivalProbability(correct - 1);
    double slack = 0;
    double sum = 0;
    for (int i = 1; delta > 0 && i <= correct; i++) {
      sum += right.probability(correct - i);
      slack = Math.max(slack, sum / i);
    }
    return Math.min(1, reached + 2 * candidates * delta * slack);
  }
}
