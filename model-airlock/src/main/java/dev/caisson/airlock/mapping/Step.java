package dev.caisson.airlock.mapping;

import dev.caisson.runtime.score.ModelInput.Kind;
import java.util.List;

/// How one column becomes one or more positions of a row.
sealed interface Step {
  /// Of the records.
  int column();

  int width();

  /// One number: (cell - mean) / deviation.
  ///
  /// @param missing what a missing cell is read as; NaN: it stays missing
  record Scaled(int column, Kind kind, double mean, double deviation, float missing)
      implements Step {
    @Override
    public int width() {
      return 1;
    }

    boolean asRead() {
      return mean == 0 && deviation == 1 && Float.isNaN(missing);
    }
  }

  /// One number for each category, 1 for the cell's own.
  ///
  /// @param categoryOf for a text column, by code; -1 for texts that are no category
  /// @param values for a column of numbers, the category's number
  /// @param missing the category of a missing cell, -1 if there is none
  record OneHot(int column, int width, List<Integer> categoryOf, List<Float> values, int missing)
      implements Step {
    int category(float cell) {
      if (Float.isNaN(cell)) {
        return missing;
      }
      return categoryOf.isEmpty() ? values.indexOf(cell) : categoryOf.get((int) cell);
    }
  }

  /// The code of a text.
  ///
  /// @param texts the dictionary of the position
  /// @param missing the code of a missing cell; NaN: it stays missing
  record Text(int column, List<String> texts, float missing) implements Step {
    @Override
    public int width() {
      return 1;
    }
  }
}
