package dev.caisson.airlock.attack;

/// Rows as the model sees them, encoded, row after row. Held by reference: nobody changes it.
/// `toString` shows its size only.
public final class Inputs {
  private final int width;
  private final float[] values;

  /// `values` holds whole rows of `width` entries; NaN is a missing value.
  public Inputs(int width, float[] values) {
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

  /// Row after row; not a copy.
  public float[] values() {
    return values;
  }

  public float at(int row, int column) {
    return values[row * width + column];
  }

  @Override
  public String toString() {
    return "Inputs[%d rows of %d]".formatted(rows(), width);
  }
}
