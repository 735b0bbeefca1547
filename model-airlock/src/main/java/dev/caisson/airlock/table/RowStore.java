package dev.caisson.airlock.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Room for the rows of both tables while they are read. Sized by how many rows the files should
/// have; grows by half where there are more, and never beyond its limit.
final class RowStore {
  /// Bytes of the heap that cells may take, as a share: scores, encoded rows and attacks need the
  /// rest.
  private static final int SHARE = 4;

  final int width;
  private final long mostRows;
  float[] cells;
  float[] labels;
  float @Nullable [] times;
  long @Nullable [] ids;
  long @Nullable [] groups;

  RowStore(long expected, int width, boolean times, boolean ids, boolean groups) {
    this.width = width;
    this.mostRows = mostRows(width);
    int rows = (int) Math.clamp(expected, 1, mostRows);
    this.cells = new float[rows * width];
    this.labels = new float[rows];
    this.times = times ? new float[rows] : null;
    this.ids = ids ? new long[rows] : null;
    this.groups = groups ? new long[rows] : null;
  }

  private static long mostRows(int width) {
    long cells = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / SHARE / 4);
    return Math.max(1, cells / width);
  }

  /// False where the row is beyond the limit.
  boolean makeRoom(int row) {
    if (row < labels.length) {
      return true;
    }
    if (row >= mostRows) {
      return false;
    }
    resize((int) Math.min(mostRows, Math.max(row + 1L, row + row / 2L)));
    return true;
  }

  /// What is said where there is no room.
  String full() {
    return "both tables together have more than %,d rows of %,d columns, which is what a quarter of the heap (%,d MiB) holds; give Java more memory (-Xmx) or the assessment fewer rows"
        .formatted(mostRows, width, Runtime.getRuntime().maxMemory() >> 20);
  }

  /// Cuts or extends everything to so many rows; copies only where that changes something.
  void resize(int rows) {
    if (rows != labels.length) {
      cells = Arrays.copyOf(cells, rows * width);
      labels = Arrays.copyOf(labels, rows);
      times = times == null ? null : Arrays.copyOf(times, rows);
      ids = ids == null ? null : Arrays.copyOf(ids, rows);
      groups = groups == null ? null : Arrays.copyOf(groups, rows);
    }
  }
}
