package dev.caisson.airlock.attack;

/// Numbers to learn from, by row and column; NaN is a missing value.
interface Columns {
  int width();

  float at(int row, int column);

  interface Labels {
    float label(int row);
  }

  /// The encoded rows with the true label as one more column.
  static Columns ofRecords(Inputs inputs, Labels labels) {
    return new Columns() {
      @Override
      public int width() {
        return inputs.width() + 1;
      }

      @Override
      public float at(int row, int column) {
        return column == inputs.width() ? labels.label(row) : inputs.at(row, column);
      }
    };
  }

  static Columns of(Inputs matrix) {
    return new Columns() {
      @Override
      public int width() {
        return matrix.width();
      }

      @Override
      public float at(int row, int column) {
        return matrix.at(row, column);
      }
    };
  }
}
