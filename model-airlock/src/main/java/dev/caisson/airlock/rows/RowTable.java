package dev.caisson.airlock.rows;

/// A site's rows as numbers, in one form (as the model sees them, or raw), row after row, one row
/// per person. Held by reference: nobody changes it. Never leaves the site; `toString` shows its
/// size only.
public final class RowTable {
  private final int width;
  private final int step; // from one row's first value to the next row's
  private final float[] values;
  private final double[] shift; // of each column; empty where values are taken as they are
  private final double[] factor;

  public RowTable(int width, float[] values) {
    if (width < 1 || values.length % width != 0) {
      throw new IllegalArgumentException(
          "%d values are no rows of %d".formatted(values.length, width));
    }
    this(width, width, values, new double[0], new double[0]);
  }

  private RowTable(int width, int step, float[] values, double[] shift, double[] factor) {
    this.width = width;
    this.step = step;
    this.values = values;
    this.shift = shift;
    this.factor = factor;
  }

  /// Every run of `width` neighbours of these values as a row; not a copy.
  static RowTable runs(int width, float[] values) {
    if (width < 2 || values.length < width) {
      throw new IllegalArgumentException(
          "%d values have no runs of %d".formatted(values.length, width));
    }
    return new RowTable(width, 1, values, new double[0], new double[0]);
  }

  /// The same rows, not a copy, with each column brought to mean 0 and deviation 1 over them, as a
  /// scaler fitted to them does; a column that hardly differs is only shifted, and what is missing
  /// stays missing.
  public RowTable standardised() {
    double[] means = new double[width];
    double[] factors = new double[width];
    for (int column = 0; column < width; column++) {
      double mean = 0;
      double squares = 0; // of distances from the mean so far (Welford)
      int known = 0;
      for (int row = 0; row < rows(); row++) {
        double value = at(row, column);
        if (!Double.isNaN(value)) {
          known++;
          double apart = value - mean;
          mean += apart / known;
          squares += apart * (value - mean);
        }
      }
      double deviation = Math.sqrt(squares / Math.max(1, known));
      means[column] = mean;
      factors[column] = deviation > 1e-6 * Math.abs(mean) ? 1 / deviation : 1;
    }
    return new RowTable(width, step, values, means, factors);
  }

  public int rows() {
    return step == width ? values.length / width : values.length - width + 1;
  }

  public int width() {
    return width;
  }

  public float at(int row, int column) {
    float value = values[row * step + column];
    return shift.length == 0 ? value : (float) ((value - shift[column]) * factor[column]);
  }

  @Override
  public String toString() {
    return "RowTable[%d rows of %d]".formatted(rows(), width);
  }
}
