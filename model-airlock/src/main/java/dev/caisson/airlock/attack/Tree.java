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
  double value(float[] cells) {
    int node = 0;
    for (int level = 0; level < LEVELS; level++) {
      node = 2 * node + 1 + (cells[column[node]] > cut[node] ? 1 : 0);
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
    Histogram one = new Histogram(nodes);
    Histogram other = new Histogram(nodes);
    int[] from = new int[some.length]; // where the row's node begins in a histogram
    for (int i = 0; i < some.length; i++) {
      from[i] = (node[i] - first) * Binning.BINS;
    }
    for (int c = 0; c < binning.columns(); c += 2) { // two by two: additions in turn wait less
      boolean both = c + 1 < binning.columns();
      Histogram.fill(
          one, binning.bins(c), other, binning.bins(both ? c + 1 : c), some, pulls, from);
      for (int n = 0; n < nodes; n++) {
        best[n] = cut(binning, c, first + n, n * Binning.BINS, one, best[n]);
        if (both) {
          best[n] = cut(binning, c + 1, first + n, n * Binning.BINS, other, best[n]);
        }
      }
    }
  }

  /// The pulls' sums and how many they are, by node and bin.
  private static final class Histogram {
    final double[] sums;
    final int[] counts;

    Histogram(int nodes) {
      sums = new double[nodes * Binning.BINS];
      counts = new int[nodes * Binning.BINS];
    }

    static void fill(
        Histogram one,
        byte[] bins,
        Histogram other,
        byte[] otherBins,
        int[] some,
        double[] pulls,
        int[] from) {
      one.clear();
      other.clear();
      for (int i = 0; i < some.length; i++) {
        int row = some[i];
        double pull = pulls[i];
        int at = from[i] + bins[row];
        int otherAt = from[i] + otherBins[row];
        one.sums[at] += pull;
        other.sums[otherAt] += pull;
        one.counts[at]++;
        other.counts[otherAt]++;
      }
    }

    private void clear() {
      Arrays.fill(sums, 0);
      Arrays.fill(counts, 0);
    }
  }

  private double cut(Binning binning, int c, int node, int from, Histogram histogram, double best) {
    double[] sums = histogram.sums;
    int[] counts = histogram.counts;
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
