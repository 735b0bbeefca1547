package dev.caisson.cli.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A small table for people: columns two spaces apart, the first flush left and the others flush
/// right, a rule under the head.
///
/// ```java
/// new TextTable("site", "persons", "AUC").row("north", "1204", ".731").toString()
/// ```
public final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(String... head) {
    if (head.length == 0) {
      throw new IllegalArgumentException("a table needs a column");
    }
    rows.add(List.of(head));
  }

  /// Adds a row with a cell for each column.
  public TextTable row(String... cells) {
    int columns = rows.getFirst().size();
    if (cells.length != columns) {
      throw new IllegalArgumentException(
          "the table has %d columns, got a row of %d".formatted(columns, cells.length));
    }
    rows.add(List.of(cells));
    return this;
  }

  /// The lines, without a line break at the end.
  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, rows.getFirst().size())
            .map(column -> rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>(rows.stream().map(row -> line(row, widths)).toList());
    lines.add(1, "-".repeat(IntStream.of(widths).sum() + GAP.length() * (widths.length - 1)));
    return String.join("\n", lines);
  }

  private static String line(List<String> row, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(
            column -> {
              String cell = row.get(column);
              String pad = " ".repeat(widths[column] - width(cell));
              return column == 0 ? cell + pad : pad + cell;
            })
        .collect(Collectors.joining(GAP))
        .stripTrailing();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
