package dev.caisson.dataset;

import java.util.List;

/// The column to be predicted: a class, coded as its position in the declared values (0, 1, ...).
public record Label(String name, String description, List<String> values) {
  public Label {
    Column.checkName(name);
    values = List.copyOf(values);
    if (values.size() < 2 || values.size() > Column.MAX_CATEGORIES) {
      throw new IllegalArgumentException(
          "a label needs 2 to %d values, got %d".formatted(Column.MAX_CATEGORIES, values.size()));
    }
    if (values.stream().distinct().count() != values.size()) {
      throw new IllegalArgumentException("a label value is declared twice: " + values);
    }
  }
}
