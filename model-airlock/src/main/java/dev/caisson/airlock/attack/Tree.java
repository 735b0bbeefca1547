package dev.caisson.airlock.attack;

import java.util.Arrays;

/// One regression tree of three levels, grown level by level on binned rows: each node takes the
/// cut that explains most of the pulls' variance, with at least [#LEAST] rows on either side, or
/// none.
final class Tree {
  static final int LEVELS = 3;
  static final int LEAVES = 1 << LEVELS;
  private static final int LEAST = 20;

  private final int[] column = new int[LEAVES - 1];
  private final int[] lastBin = new int[LEAVES - 1]; // that goes left
  private final float[] cut = new float[LEAVES - 1];
  private final double[] values = new double[LEAVES];

  /// `some` are positions in the binning, `pulls` theirs.
  Tree(Binning binning, int[] some, double[] pulls) {
    Arrays.fill(lastBin, Binning.BINS); // all go left
    Arrays.fill(cut, Float.POSITIVE_INFINITY);
    int[] node = new int[some.length];
    for (int level = 0; level < LEVELS; level++) {
      grow(binning, some, pulls, node, (1 << level) - 1, 1 << level);
      for (int i = 0; i < some.length; i++) {
        node[i] = 2 * node[i] + 1 + right(binning, some[i], node[i]);
      }
    }
  }

  /// The leaf, 0..LEAVES-1, of a training row.
  int leaf(Binning binning, int position) {
    int node = 0;
    for (int level = 0; level < LEVELS; level++) {
      node = 2 * node + 1 + right(binning, position, node);
    }
    return node - (LEAVES - 1);
  }

  /// The value of any row; a missing one goes left.
  double value(Columns columns, int row) {
    int node = 0;
    for (int level = 0; level < LEVELS; level++) {
      node = 2 * node + 1 + (columns.at(row, column[node]) > cut[node] ? 1 : 0);
    }
    return values[node - (LEAVES - 1)];
  }

  double value(int leaf) {
    return values[leaf];
  }

  void set(int leaf, double value) {
    values[leaf] = value;
  }

  private int right(Binning binning, int position, int node) {
    return binning.bins(column[node])[position] > lastBin[node] ? 1 : 0;
  }

  private void grow(Binning binning, int[] some, double[] pulls, int[] node, int first, int nodes) {
    double[] best = new double[nodes];
    double[] sums = new double[nodes * Binning.BINS];
    int[] counts = new int[nodes * Binning.BINS];
    for (int c = 0; c < binning.columns(); c++) {
      byte[] bins = binning.bins(c);
      Arrays.fill(sums, 0);
      Arrays.fill(counts, 0);
      for (int i = 0; i < some.length; i++) {
        int at = (node[i] - first) * Binning.BINS + bins[some[i]];
        sums[at] += pulls[i];
        counts[at]++;
      }
      for (int n = 0; n < nodes; n++) {
        best[n] = cut(binning, c, first + n, n * Binning.BINS, sums, counts, best[n]);
      }
    }
  }

  private double cut(
      Binning binning, int c, int node, int from, double[] sums, int[] counts, double best) {
    double sum = 0;
    int count = 0;
    for (int bin = 0; bin < Binning.BINS; bin++) {
      sum += sums[from + bin];
      count += counts[from + bin];
    }
    double left = 0;
    int leftCount = 0;
    for (int bin = 0; bin < binning.cuts(c); bin++) {
      left += sums[from + bin];
      leftCount += counts[from + bin];
      int rightCount = count - leftCount;
      if (leftCount < LEAST || rightCount < LEAST) {
        continue;
      }
      double right = sum - left;
      double gain = left * left / leftCount + right * right / rightCount - sum * sum / count;
      if (gain > best + 1e-9) {
        best = gain;
        column[node] = c;
        lastBin[node] = bin;
        cut[node] = binning.cut(c, bin);
      }
    }
    return best;
  }
}
