package dev.caisson.airlock.statistics;

import java.util.Arrays;
import java.util.List;

/// The mean AUC over trials and its standard deviation. A person's placement in a trial is the
/// share of the other side that the person outranks, ties counted half. The mean of the trials'
/// AUCs is a sum over persons to first order, so its variance is the sum of the squares of what
/// each person adds, over all trials that the person is in. For one trial this is exactly DeLong's
/// variance.
///
/// The fits count as given: the deviation is that of judging these rules, not of fitting others.
record Placements(double auc, double sd) {

  static Placements of(List<Trial> trials) {
    if (trials.isEmpty()) {
      throw new IllegalArgumentException("no trial, no AUC");
    }
    if (trials.size() == 1) {
      RankSum ranks = trials.getFirst().ranks();
      return new Placements(ranks.auc(), Math.sqrt(ranks.variance()) / ranks.pairs());
    }
    int persons = 0;
    for (Trial trial : trials) {
      persons = Math.max(persons, Arrays.stream(trial.members()).max().orElse(0) + 1);
      persons = Math.max(persons, Arrays.stream(trial.nonMembers()).max().orElse(0) + 1);
    }
    double[] share = new double[persons];
    double auc = 0;
    for (Trial trial : trials) {
      double one = trial.ranks().auc();
      auc += one / trials.size();
      add(share, trial.members(), trial.memberScores(), trial.nonMemberScores(), one, trials);
      add(
          share,
          trial.nonMembers(),
          trial.nonMemberScores(),
          trial.memberScores(),
          1 - one,
          trials);
    }
    double variance = 0;
    for (double one : share) {
      variance += one * one;
    }
    return new Placements(auc, Math.sqrt(variance));
  }

  private static void add(
      double[] share, int[] who, double[] mine, double[] theirs, double mean, List<Trial> trials) {
    double[] sorted = theirs.clone();
    Arrays.sort(sorted);
    double count = mine.length;
    double weight = Math.sqrt(count / Math.max(1, count - 1)) / count / trials.size();
    for (int i = 0; i < mine.length; i++) {
      double place =
          (Counting.below(sorted, mine[i]) + Counting.upTo(sorted, mine[i])) / 2.0 / sorted.length;
      // members' and non-members' placements add up to one AUC from opposite ends; squares do not
      // care
      share[who[i]] += weight * (place - mean);
    }
  }
}
