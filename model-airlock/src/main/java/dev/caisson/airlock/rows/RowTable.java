package dev.caisson.airlock.rows;

/// A site's rows as numbers, in one form (as the model sees them, or raw), row after row, one row
/// per person. Held by reference: nobody changes it. Never leaves the site; `toString` shows its
/// size only.
public final class RowTable {
  private final int width;
  private final int step; // from one row's first value to the next row's
  private final float[] values;

  public RowTable(int width, float[] values) {
    if (width < 1 || values.length % width != 0) {
      throw new IllegalArgumentException(
          "%d values are no rows of %d".formatted(values.length, width));
    }
    this.width = width;
    this.step = width;
    this.values = values;
  }

  private RowTable(int width, int step, float[] values) {
    this.width = width;
    this.step = step;
    this.values = values;
  }

  /// Every run of `width` neighbours of these values as a row; not a copy.
  static RowTable runs(int width, float[] values) {
    if (width < 2 || values.length < width) {
      throw new IllegalArgumentException(
          "%d values have no runs of %d".formatted(values.length, width));
    }
    return new RowTable(width, 1, values);
  }

  public int rows() {
    return step == width ? values.length / width : values.length - width + 1;
  }

  public int width() {
    return width;
  }

  public float at(int row, int column) {
    return values[row * step + column];
  }

  @Override
  public String toString() {
    return "RowTable[%d rows of %d]".formatted(rows(), width);
  }
}
