package dev.caisson.dataset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// From a cell's text to features, by the column's declaration alone. One encoder serves one table:
/// it also counts what was missing or clamped. Not thread-safe.
final class Encoder {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]{1,30}(\\.[0-9]{0,30})?|\\.[0-9]{1,30})([eE][-+]?[0-9]{1,3})?");
  private static final int LISTED = 8;

  private final Column column;
  private final int width;
  private final Map<String, Integer> positions = new HashMap<>();
  private long missing;
  private long clamped;

  Encoder(Column column) {
    this.column = column;
    this.width = FeatureMap.of(column).size();
    if (column instanceof Column.Category c) {
      for (String category : c.categories()) {
        positions.put(category, positions.size());
      }
    }
  }

  /// Refuses a declaration whose replacement for a missing cell its own column would refuse.
  static void checkMissing(Column column) {
    if (column.missing() instanceof Missing.ReadAs(String cell, _)) {
      Encoder encoder = new Encoder(column);
      try {
        encoder.encode(cell, new float[encoder.width], 0);
      } catch (BadCellException e) {
        throw new IllegalArgumentException(
            "missing cells of '%s' cannot be read as declared: %s"
                .formatted(column.name(), e.problem()));
      }
      if (encoder.clamped > 0) {
        throw new IllegalArgumentException(
            "missing cells of '%s' are read as %s, which is outside its range"
                .formatted(column.name(), cell));
      }
    }
  }

  Column column() {
    return column;
  }

  int width() {
    return width;
  }

  long missing() {
    return missing;
  }

  long clamped() {
    return clamped;
  }

  /// Writes the features of a cell that is there; with an indicator, the last of them is 0.
  void encode(String cell, float[] to, int at) throws BadCellException {
    switch (column) {
      case Column.Numeric n -> to[at] = scaled(n, inRange(n, number(n, cell), cell));
      case Column.Category c -> {
        Integer position = positions.get(cell);
        if (position == null) {
          throw new BadCellException(
              "%s is not one of the declared categories %s"
                  .formatted(Plain.piece(cell), listed(c.categories())));
        }
        for (int i = 0; i < c.categories().size(); i++) {
          to[at + i] = i == position ? 1 : 0;
        }
      }
      case Column.Flag f -> to[at] = (float) (flag(cell) ? f.to().high() : f.to().low());
    }
    if (column.missing() instanceof Missing.ReadAs(_, boolean indicator) && indicator) {
      to[at + width - 1] = 0;
    }
  }

  /// Writes the features of a missing cell.
  void encodeMissing(float[] to, int at) throws BadCellException {
    switch (column.missing()) {
      case Missing.Refused() ->
          throw new BadCellException("the value is missing, which this column does not allow");
      case Missing.ReadAs(String cell, boolean indicator) -> {
        encode(cell, to, at);
        if (indicator) {
          to[at + width - 1] = 1;
        }
        missing++;
      }
    }
  }

  static String listed(List<String> values) {
    return values.size() <= LISTED
        ? String.join(", ", values)
        : "%s and %d more"
            .formatted(String.join(", ", values.subList(0, LISTED)), values.size() - LISTED);
  }

  /// A cell of a column that nobody has declared, as the number that it is.
  static float plainNumber(String cell) throws BadCellException {
    if (!DECIMAL.matcher(cell).matches()) {
      throw new BadCellException("%s is not a number".formatted(Plain.piece(cell)));
    }
    float value = Float.parseFloat(cell);
    if (!Float.isFinite(value)) {
      throw new BadCellException("%s is too large for a model".formatted(Plain.piece(cell)));
    }
    return value;
  }

  private static double number(Column.Numeric column, String cell) throws BadCellException {
    if (!DECIMAL.matcher(cell).matches()) {
      throw new BadCellException(
          "%s is not a %snumber%s"
              .formatted(
                  Plain.piece(cell),
                  column.whole() ? "whole " : "",
                  cell.indexOf(',') >= 0 ? " (write a decimal point, not a comma)" : ""));
    }
    double value = Double.parseDouble(cell);
    if (column.whole() && value != Math.rint(value)) {
      throw new BadCellException("%s is not a whole number".formatted(Plain.piece(cell)));
    }
    return value;
  }

  private double inRange(Column.Numeric column, double value, String cell) throws BadCellException {
    if (column.range().contains(value)) {
      return value;
    }
    return switch (column.outside()) {
      case REFUSE ->
          throw new BadCellException(
              "%s is outside the declared range %s".formatted(Plain.piece(cell), column.range()));
      case CLAMP -> {
        clamped++;
        yield column.range().nearestTo(value);
      }
    };
  }

  private static float scaled(Column.Numeric column, double value) {
    Range from = column.range();
    double low = column.log1p() ? Math.log1p(from.low()) : from.low();
    double high = column.log1p() ? Math.log1p(from.high()) : from.high();
    double x = column.log1p() ? Math.log1p(value) : value;
    Range to = column.to();
    return (float) (to.low() + (x - low) / (high - low) * (to.high() - to.low()));
  }

  private static boolean flag(String cell) throws BadCellException {
    return switch (cell) {
      case "1", "true", "yes" -> true;
      case "0", "false", "no" -> false;
      default ->
          throw new BadCellException(
              "%s is not true or false (write true/false, yes/no or 1/0)"
                  .formatted(Plain.piece(cell)));
    };
  }
}
