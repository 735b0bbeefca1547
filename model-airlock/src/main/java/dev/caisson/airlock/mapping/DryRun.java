package dev.caisson.airlock.mapping;

import dev.caisson.airlock.table.CellNumber;
import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.airlock.table.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The first members from raw cells to the model's outputs, in columns side by side, so that a
/// missing scaler or swapped classes meet the eye. Shows persons' data: for the terminal of who
/// holds the tables, never for a dossier.
public final class DryRun {
  public static final int ROWS = 5;
  private static final int MOST_LINES = 60;
  private static final int NAME = 28;
  private static final int CELL = 12;

  private DryRun() {}

  /// @param outputs of the first `rows(prepared)` rows, row after row
  /// @param outputsAre what the outputs are called, for example `logit`
  public static String text(Prepared prepared, float[] outputs, String outputsAre) {
    int rows = rows(prepared);
    int width = outputs.length / rows;
    Records raw = prepared.raw();
    StringBuilder out = new StringBuilder();
    List<String> numbers = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      numbers.add("row " + (raw.origin(row) + 1));
    }
    section(out, "As read", numbers);
    for (int i = 0; i < raw.columns().size(); i++) {
      RecordColumn column = raw.columns().get(i);
      int at = i;
      line(
          out, i, raw.columns().size(), column.name(), rows, row -> column.text(raw.cell(row, at)));
    }
    section(out, "As the model sees it", numbers);
    int features = prepared.features().size();
    float[] cells = prepared.encoded().values();
    for (int i = 0; i < features; i++) {
      List<String> texts = prepared.texts().get(i);
      int at = i;
      line(
          out,
          i,
          features,
          prepared.features().get(i),
          rows,
          row -> {
            float cell = cells[row * features + at];
            return Float.isNaN(cell)
                ? "missing"
                : texts.isEmpty() ? shown(cell) : "'" + texts.get((int) cell) + "'";
          });
    }
    section(out, "The answer (%s)".formatted(outputsAre), numbers);
    for (int i = 0; i < width; i++) {
      int at = i;
      line(out, i, width, name(prepared, i, width), rows, row -> shown(outputs[row * width + at]));
    }
    section(out, "The truth", numbers);
    line(
        out,
        0,
        1,
        raw.labelColumn().name(),
        rows,
        row -> raw.labelColumn().text(raw.labels()[row]));
    if (!prepared.classes().isEmpty()) {
      line(
          out,
          0,
          1,
          "taken for class",
          rows,
          row -> prepared.classes().get((int) prepared.labels()[row]));
    }
    prepared.words().forEach(words -> out.append('\n').append(words));
    return out.append('\n').toString();
  }

  /// How many rows are shown.
  public static int rows(Prepared prepared) {
    return Math.min(ROWS, prepared.memberRows());
  }

  private interface Shown {
    String at(int row);
  }

  private static void section(StringBuilder out, String title, List<String> rows) {
    out.append(out.isEmpty() ? "" : "\n");
    out.append(cut(title, NAME));
    rows.forEach(row -> out.append(right(row)));
    out.append('\n');
  }

  private static void line(StringBuilder out, int at, int of, String name, int rows, Shown cell) {
    if (at < MOST_LINES) {
      out.append("  ").append(cut(name, NAME - 2));
      for (int row = 0; row < rows; row++) {
        out.append(right(cell.at(row)));
      }
      out.append('\n');
    } else if (at == MOST_LINES) {
      out.append("  and %,d more\n".formatted(of - MOST_LINES));
    }
  }

  private static String name(Prepared prepared, int output, int width) {
    return switch (prepared.task()) {
      case BINARY -> "of '%s'".formatted(prepared.classes().getLast());
      case MULTICLASS -> "of '%s'".formatted(prepared.classes().get(output));
      case REGRESSION -> "value";
      case SURVIVAL -> "hazard %d".formatted(output + 1);
      case RISK -> width == 1 ? "risk" : "risk %d".formatted(output + 1);
    };
  }

  private static String shown(float value) {
    return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7
        ? value == Math.rint(value)
            ? CellNumber.text(value)
            : String.format(Locale.ROOT, "%.4g", value).replaceFirst("(\\.[0-9]*?)0+$", "$1")
        : value == 0 ? "0" : String.format(Locale.ROOT, "%.3e", value);
  }

  private static String cut(String text, int width) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > width
        ? plain.substring(0, width - 1) + "…"
        : plain + " ".repeat(width - plain.length());
  }

  private static String right(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    String cell = plain.length() > CELL - 1 ? plain.substring(0, CELL - 2) + "…" : plain;
    return " ".repeat(CELL - cell.length()) + cell;
  }
}
