package dev.caisson.airlock.attack;

import java.util.Arrays;
import java.util.SplittableRandom;

/// A small gradient-boosted regressor (Friedman, *Annals of Statistics* 29, 2001, and stochastic as
/// in his *Computational Statistics* 38, 2002): 40 trees of three levels on binned columns, each
/// grown on at most 16,384 rows drawn for it, shrunk by .1. The same seed gives the same trees. On
/// fewer rows than two leaves hold it is the best constant.
final class BoostedTrees {
  private static final int TREES = 40;
  private static final int ROWS_A_TREE = 16_384;
  private static final double SHRINKAGE = 0.1;

  private final double start;
  private final Tree[] trees = new Tree[TREES];

  private BoostedTrees(double start) {
    this.start = start;
  }

  /// Learns `targets`, one for each of `rows` of the columns.
  static BoostedTrees fit(
      Columns columns, int[] rows, double[] targets, Objective objective, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Binning binning = new Binning(columns, rows, random);
    BoostedTrees fitted = new BoostedTrees(objective.start(targets));
    double[] predicted = new double[rows.length];
    Arrays.fill(predicted, fitted.start);
    for (int t = 0; t < TREES; t++) {
      int[] some = some(rows.length, random);
      double[] pulls = new double[some.length];
      for (int i = 0; i < some.length; i++) {
        pulls[i] = objective.pull(targets[some[i]], predicted[some[i]]);
      }
      Tree tree = new Tree(binning, some, pulls);
      fill(tree, binning, some, targets, predicted, objective);
      for (int i = 0; i < predicted.length; i++) {
        predicted[i] += tree.value(tree.leaf(binning, i));
      }
      fitted.trees[t] = tree;
    }
    return fitted;
  }

  double predict(Columns columns, int row) {
    float[] cells = new float[columns.width()];
    columns.copyRow(row, cells);
    return predict(cells);
  }

  /// The value for one row's cells.
  double predict(float[] cells) {
    double sum = start;
    for (Tree tree : trees) {
      sum += tree.value(cells);
    }
    return sum;
  }

  private static int[] some(int rows, SplittableRandom random) {
    int[] some = new int[Math.min(rows, ROWS_A_TREE)];
    for (int i = 0; i < some.length; i++) {
      some[i] = rows <= ROWS_A_TREE ? i : random.nextInt(rows);
    }
    return some;
  }

  private static void fill(
      Tree tree,
      Binning binning,
      int[] some,
      double[] targets,
      double[] predicted,
      Objective objective) {
    int[] leaves = new int[some.length];
    int[] counts = new int[Tree.LEAVES];
    for (int i = 0; i < some.length; i++) {
      leaves[i] = tree.leaf(binning, some[i]);
      counts[leaves[i]]++;
    }
    for (int leaf = 0; leaf < Tree.LEAVES; leaf++) {
      if (counts[leaf] == 0) {
        continue;
      }
      double[] aims = new double[counts[leaf]];
      double[] now = new double[counts[leaf]];
      int count = 0;
      for (int i = 0; i < some.length; i++) {
        if (leaves[i] == leaf) {
          aims[count] = targets[some[i]];
          now[count++] = predicted[some[i]];
        }
      }
      tree.set(leaf, SHRINKAGE * objective.leaf(aims, now, count));
    }
  }
}
