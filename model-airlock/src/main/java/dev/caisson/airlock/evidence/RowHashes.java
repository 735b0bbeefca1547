package dev.caisson.airlock.evidence;

import dev.caisson.airlock.attack.Inputs;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Each row as 64 bits: the sum of a well-mixed number for each cell (splitmix64 of its bits and
/// its column), so that a column is left out by one subtraction. Equal rows always have equal
/// hashes (0 and -0, and all NaNs, are one value); two different ones of a million rows do with a
/// chance under 10^-7.
///
/// Beside whole rows, *thirds*: three disjoint sets of as many columns, dealt in the order of how
/// much the columns tell, so that each third has its share of telling ones. A column left over by
/// the division is in none.
final class RowHashes {
  static final int THIRDS = 3;
  private static final int LOOKED_AT = 2_048;

  private final Inputs rows;
  private final float[] labels;
  private final int[][] thirds; // columns of each; empty if there are too few

  RowHashes(Inputs rows, float[] labels) {
    if (rows.rows() != labels.length) {
      throw new IllegalArgumentException("%s for %d labels".formatted(rows, labels.length));
    }
    this.rows = rows;
    this.labels = labels;
    this.thirds = dealt(rows);
  }

  int rows() {
    return labels.length;
  }

  int width() {
    return rows.width();
  }

  /// Of all cells and the label.
  long of(int row) {
    long sum = mixed(labels[row], rows.width());
    for (int column = 0; column < rows.width(); column++) {
      sum += mixed(rows.at(row, column), column);
    }
    return sum;
  }

  /// What this cell adds.
  long cell(int row, int column) {
    return mixed(rows.at(row, column), column);
  }

  /// Of the columns of one third; the label is in none.
  long third(int third, int row) {
    long sum = 0;
    for (int column : thirds[third]) {
      sum += mixed(rows.at(row, column), column);
    }
    return sum;
  }

  boolean has(int third) {
    return thirds[third].length > 0;
  }

  boolean holds(int third, int column) {
    return Arrays.stream(thirds[third]).anyMatch(c -> c == column);
  }

  private static long mixed(float value, int column) {
    long z = Float.floatToIntBits(value + 0.0f) * 0x9e3779b97f4a7c15L;
    z += (column + 1) * 0xd1342543de82ef95L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static int[][] dealt(Inputs rows) {
    int width = rows.width();
    double[] alike = new double[width];
    for (int column = 0; column < width; column++) {
      alike[column] = alike(rows, column);
    }
    int[] order =
        IntStream.range(0, width)
            .boxed()
            .sorted(Comparator.comparingDouble(column -> alike[column]))
            .mapToInt(Integer::intValue)
            .toArray();
    int each = Math.max(1, width / THIRDS);
    int[][] thirds = new int[THIRDS][];
    for (int third = 0; third < THIRDS; third++) {
      int first = third;
      thirds[third] =
          IntStream.range(0, each)
              .map(i -> first + THIRDS * i)
              .filter(rank -> rank < width)
              .map(rank -> order[rank])
              .toArray();
    }
    return thirds;
  }

  /// How often two of some rows agree in this column.
  private static double alike(Inputs rows, int column) {
    float[] some = new float[Math.min(rows.rows(), LOOKED_AT)];
    for (int i = 0; i < some.length; i++) {
      some[i] = rows.at((int) ((long) i * rows.rows() / some.length), column) + 0.0f;
    }
    Arrays.sort(some);
    double pairs = 0;
    int from = 0;
    for (int i = 1; i <= some.length; i++) {
      if (i == some.length || Float.compare(some[i], some[from]) != 0) {
        pairs += (double) (i - from) * (i - from - 1);
        from = i;
      }
    }
    return pairs;
  }
}
