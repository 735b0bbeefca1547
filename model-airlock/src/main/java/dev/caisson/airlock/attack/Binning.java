package dev.caisson.airlock.attack;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The training rows with each value replaced by its bin: at most [#BINS] a column, cut at
/// quantiles of some thousand values. A byte a value, column after column.
final class Binning {
  static final int BINS = 32;
  private static final int LOOKED_AT = 4_096;

  private final float[][] cuts; // of each column, rising; bin b holds cuts[b-1] < value <= cuts[b]
  private final byte[][] bins; // of each column and training row

  Binning(Columns columns, int[] rows, SplittableRandom random) {
    cuts = new float[columns.width()][];
    bins = new byte[columns.width()][rows.length];
    for (int column = 0; column < cuts.length; column++) {
      cuts[column] = cuts(columns, rows, column, random);
      for (int i = 0; i < rows.length; i++) {
        bins[column][i] = bin(cuts[column], columns.at(rows[i], column));
      }
    }
  }

  int columns() {
    return cuts.length;
  }

  byte[] bins(int column) {
    return bins[column];
  }

  /// The largest value of this bin; none for the last.
  float cut(int column, int bin) {
    return cuts[column][bin];
  }

  int cuts(int column) {
    return cuts[column].length;
  }

  private static float[] cuts(Columns columns, int[] rows, int column, SplittableRandom random) {
    float[] some = new float[Math.min(rows.length, LOOKED_AT)];
    int count = 0;
    for (int i = 0; i < some.length; i++) {
      int row = rows.length <= LOOKED_AT ? rows[i] : rows[random.nextInt(rows.length)];
      float value = columns.at(row, column);
      if (!Float.isNaN(value)) {
        some[count++] = value;
      }
    }
    some = Arrays.copyOf(some, count);
    Arrays.sort(some);
    float[] cuts = new float[BINS - 1];
    int found = 0;
    for (int i = 1; i < BINS && count > 0; i++) {
      float cut = some[(int) ((long) i * (count - 1) / BINS)];
      if (cut < some[count - 1] && (found == 0 || cut > cuts[found - 1])) {
        cuts[found++] = cut;
      }
    }
    return Arrays.copyOf(cuts, found);
  }

  private static byte bin(float[] cuts, float value) {
    int low = 0;
    int high = cuts.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value > cuts[middle]) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return (byte) low;
  }
}
