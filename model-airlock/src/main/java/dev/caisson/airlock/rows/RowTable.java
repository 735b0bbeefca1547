package dev.caisson.airlock.rows;

/// A site's rows as numbers, in one form (as the model sees them, or raw), row after row, one row
/// per person. Held by reference: nobody changes it. Never leaves the site; `toString` shows its
/// size only.
public final class RowTable {
  private final int width;
  private final float[] values;

  public RowTable(int width, float[] values) {
    if (width < 1 || values.length % width != 0) {
      throw new IllegalArgumentException(
          "%d values are no rows of %d".formatted(values.length, width));
    }
    this.width = width;
    this.values = values;
  }

  public int rows() {
    return values.length / width;
  }

  public int width() {
    return width;
  }

  public float at(int row, int column) {
    return values[row * width + column];
  }

  @Override
  public String toString() {
    return "RowTable[%d rows of %d]".formatted(rows(), width);
  }
}
