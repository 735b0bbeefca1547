package dev.caisson.dataset;

import dev.caisson.dataset.BadTableException.Fault;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One declared column of a table and how its cells become features. Everything that decides a
/// feature's value is declared here; [Encoder] does the arithmetic.
public sealed interface Column {
  int MAX_CATEGORIES = 1_000;

  String name();

  /// Of a raw cell, for example `years`; `1` where there is none.
  String unit();

  String description();

  Missing missing();

  /// What is done with a number outside the declared range.
  enum Outside {
    REFUSE,
    CLAMP
  }

  /// A number, whole if `whole`. The feature is `to.low` at `range.low`, `to.high` at `range.high`
  /// and linear between them in x, or in ln(1 + x) if `log1p`.
  record Numeric(
      String name,
      String unit,
      String description,
      boolean whole,
      Range range,
      Outside outside,
      boolean log1p,
      Range to,
      Missing missing)
      implements Column {
    public Numeric {
      checkName(name);
      if (log1p && range.low() <= -1) {
        throw new IllegalArgumentException("log1p needs a range above -1, got %s".formatted(range));
      }
      if (whole
          && (range.low() != Math.rint(range.low()) || range.high() != Math.rint(range.high()))) {
        throw new IllegalArgumentException(
            "the range of whole numbers needs whole ends, got %s".formatted(range));
      }
    }
  }

  /// One of the declared categories, as one feature each: 1 for the row's own, 0 for the others.
  record Category(
      String name, String unit, String description, List<String> categories, Missing missing)
      implements Column {
    public Category {
      checkName(name);
      categories = List.copyOf(categories);
      if (categories.size() < 2 || categories.size() > MAX_CATEGORIES) {
        throw new IllegalArgumentException(
            "a category column needs 2 to %d categories, got %d"
                .formatted(MAX_CATEGORIES, categories.size()));
      }
      if (categories.stream().distinct().count() != categories.size()) {
        throw new IllegalArgumentException("a category is declared twice: " + categories);
      }
    }
  }

  /// `true`, `yes` or `1`, which become `to.high`; `false`, `no` or `0`, which become `to.low`.
  record Flag(String name, String unit, String description, Range to, Missing missing)
      implements Column {
    public Flag {
      checkName(name);
    }
  }

  /// A column name is what stands in the table's header: 1 to 100 characters without line breaks.
  static void checkName(String name) {
    if (name.isBlank()
        || !name.equals(name.strip())
        || name.length() > 100
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a column name has 1 to 100 characters, no line break and no space at its ends, got %s"
              .formatted(Plain.piece(name)));
    }
  }

  /// What is wrong with a table's column names, if anything: one is not proper or stands twice.
  static Optional<Fault> faultIn(List<String> names, long line) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      try {
        checkName(names.get(i));
      } catch (IllegalArgumentException e) {
        return Optional.of(new Fault(line, "", "column %d: %s".formatted(i + 1, e.getMessage())));
      }
      if (!seen.add(names.get(i))) {
        return Optional.of(
            new Fault(line, names.get(i), "this column stands twice in the header; rename one"));
      }
    }
    return Optional.empty();
  }
}
