package dev.caisson.airlock.attack;

/// Numbers to learn from, by row and column; NaN is a missing value.
interface Columns {
  int width();

  float at(int row, int column);

  /// Puts a row's cells into the room.
  void copyRow(int row, float[] cells);

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

      @Override
      public void copyRow(int row, float[] cells) {
        System.arraycopy(inputs.values(), row * inputs.width(), cells, 0, inputs.width());
        cells[inputs.width()] = labels.label(row);
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

      @Override
      public void copyRow(int row, float[] cells) {
        System.arraycopy(matrix.values(), row * matrix.width(), cells, 0, matrix.width());
      }
    };
  }
}
