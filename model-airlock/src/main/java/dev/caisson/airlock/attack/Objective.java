package dev.caisson.airlock.attack;

import java.util.Arrays;

/// What [BoostedTrees] learn to make small.
sealed interface Objective {
  /// The best constant.
  double start(double[] targets);

  /// Where a prediction should move: minus the gradient of the loss.
  double pull(double target, double predicted);

  /// How far the predictions of one leaf, those of its `count` rows, should move together.
  double leaf(double[] targets, double[] predicted, int count);

  /// The level's quantile, by the pinball loss (Koenker and Bassett, *Econometrica* 46, 1978).
  record Pinball(double level) implements Objective {
    public Pinball {
      if (!(level > 0 && level < 1)) {
        throw new IllegalArgumentException("a quantile's level is in (0, 1), got " + level);
      }
    }

    @Override
    public double start(double[] targets) {
      return leaf(targets, new double[targets.length], targets.length);
    }

    @Override
    public double pull(double target, double predicted) {
      return target > predicted ? level : level - 1;
    }

    @Override
    public double leaf(double[] targets, double[] predicted, int count) {
      double[] residuals = new double[count];
      for (int i = 0; i < count; i++) {
        residuals[i] = targets[i] - predicted[i];
      }
      Arrays.sort(residuals);
      return residuals[(int) Math.min(count - 1, level * count)];
    }
  }

  /// The log odds of a target of 1 against 0, by the logistic loss and one Newton step a leaf.
  record LogOdds() implements Objective {
    @Override
    public double start(double[] targets) {
      double share = (Arrays.stream(targets).sum() + 0.5) / (targets.length + 1);
      return Math.log(share / (1 - share));
    }

    @Override
    public double pull(double target, double predicted) {
      return target - chance(predicted);
    }

    @Override
    public double leaf(double[] targets, double[] predicted, int count) {
      double pull = 0;
      double curvature = 1; // as if one more row of even odds had no opinion
      for (int i = 0; i < count; i++) {
        double chance = chance(predicted[i]);
        pull += targets[i] - chance;
        curvature += chance * (1 - chance);
      }
      return pull / curvature;
    }

    private static double chance(double logOdds) {
      return 1 / (1 + Math.exp(-logOdds));
    }
  }
}
