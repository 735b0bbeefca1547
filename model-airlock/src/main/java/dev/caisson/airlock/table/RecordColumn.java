package dev.caisson.airlock.table;

import java.util.List;

/// A column as read.
///
/// @param texts the different texts of a column of texts, by code, in the order in which they came;
///   empty for numbers
public record RecordColumn(String name, boolean isText, List<String> texts) {
  public RecordColumn {
    texts = List.copyOf(texts);
    if (!isText && !texts.isEmpty()) {
      throw new IllegalArgumentException("the numbers of '%s' have no texts".formatted(name));
    }
  }

  public static RecordColumn ofNumbers(String name) {
    return new RecordColumn(name, false, List.of());
  }

  /// A cell of this column as a person would write it; empty if it is missing.
  public String text(float cell) {
    if (Float.isNaN(cell)) {
      return "";
    }
    return isText ? texts.get((int) cell) : CellNumber.text(Double.parseDouble("" + cell));
  }
}
