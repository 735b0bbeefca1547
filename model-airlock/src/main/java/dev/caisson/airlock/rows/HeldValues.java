package dev.caisson.airlock.rows;

import java.util.Arrays;

/// The values of one column of the members' rows, sorted: who holds a value, and the ends. Missing
/// values (NaN) are nobody's extreme.
final class HeldValues {
  private final float[] rising;
  private final int count; // without missing values, which sort last

  HeldValues(RowTable rows, int column) {
    rising = new float[rows.rows()];
    for (int row = 0; row < rising.length; row++) {
      rising[row] = rows.at(row, column) + 0.0f; // -0 is 0
    }
    Arrays.sort(rising);
    int present = rising.length;
    while (present > 0 && Float.isNaN(rising[present - 1])) {
      present--;
    }
    count = present;
  }

  /// How many rows hold this value.
  int holders(float value) {
    return below(Math.nextUp(value)) - below(value);
  }

  boolean extreme(float value) {
    return count > 0 && (value == rising[0] || value == rising[count - 1]);
  }

  private int below(float value) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rising[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
