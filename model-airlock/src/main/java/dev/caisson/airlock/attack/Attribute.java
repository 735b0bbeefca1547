package dev.caisson.airlock.attack;

import java.util.Arrays;

/// One attribute of the table as the model sees it: a run of encoded columns, and what they hold
/// for each value that the attribute can take. Which value a row has is that nearest to its cells.
public final class Attribute {
  private final String name;
  private final int firstColumn;
  private final float[][] values;

  /// `values` holds 2 to 100 values, each the cells of the same columns from `firstColumn` on.
  public Attribute(String name, int firstColumn, float[][] values) {
    if (values.length < 2 || values.length > 100 || firstColumn < 0) {
      throw new IllegalArgumentException(
          "%s has %d values from column %d on; 2 to 100 can be tried"
              .formatted(name, values.length, firstColumn));
    }
    for (float[] value : values) {
      if (value.length == 0 || value.length != values[0].length) {
        throw new IllegalArgumentException("the values of %s differ in width".formatted(name));
      }
    }
    this.name = name;
    this.firstColumn = firstColumn;
    this.values = Arrays.stream(values).map(float[]::clone).toArray(float[][]::new);
  }

  /// A category in as many columns of 0 and 1.
  public static Attribute oneHot(String name, int firstColumn, int categories) {
    float[][] values = new float[categories][categories];
    for (int i = 0; i < categories; i++) {
      values[i][i] = 1;
    }
    return new Attribute(name, firstColumn, values);
  }

  /// A number in one column, in bins that these encoded values stand for.
  public static Attribute binned(String name, int column, float... centres) {
    float[][] values = new float[centres.length][1];
    for (int i = 0; i < centres.length; i++) {
      values[i][0] = centres[i];
    }
    return new Attribute(name, column, values);
  }

  public String name() {
    return name;
  }

  int count() {
    return values.length;
  }

  boolean fits(Inputs inputs) {
    return firstColumn + values[0].length <= inputs.width();
  }

  /// The index of the row's own value; of two equally near the first.
  int of(Inputs inputs, int row) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int v = 0; v < values.length; v++) {
      double distance = 0;
      for (int k = 0; k < values[v].length; k++) {
        double apart = (double) inputs.at(row, firstColumn + k) - values[v][k];
        distance += apart * apart;
      }
      if (distance < least) {
        least = distance;
        nearest = v;
      }
    }
    return nearest;
  }

  /// Writes this value into a row of cells that starts at `at`.
  void write(int value, float[] cells, int at) {
    System.arraycopy(values[value], 0, cells, at + firstColumn, values[value].length);
  }
}
