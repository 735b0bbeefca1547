package dev.caisson.dataset;

import dev.caisson.yaml.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A table read row by row, for prototypes and for scoring: features as numbers, any other cell as
/// text. Holds one row at a time; the first fault ends the reading. Neither an id nor a label has
/// to be there. What trains in a federation goes through [Table] instead.
///
/// One thread. Close it.
public final class RowReader implements AutoCloseable {
  private static final Set<String> MISSING = Set.of("", "NA", "NaN", "nan", "null");

  private final Path file;
  private final CsvRows rows;
  private final Map<String, Integer> positions;
  private final List<Source> sources;
  private final List<String> missingTexts;
  private final List<String> features;
  private final float[] row;
  private List<String> cells = List.of();

  /// A column that becomes features; without an encoder its cells are the numbers that they show.
  private record Source(String column, int position, Optional<Encoder> encoder) {}

  private RowReader(
      Path file,
      CsvRows rows,
      Map<String, Integer> positions,
      List<Source> sources,
      List<String> missingTexts,
      List<String> features) {
    this.file = file;
    this.rows = rows;
    this.positions = positions;
    this.sources = sources;
    this.missingTexts = List.copyOf(missingTexts);
    this.features = List.copyOf(features);
    this.row = new float[features.size()];
  }

  /// Features as a description declares them, in its order. Its columns must be there; others are
  /// left alone.
  public static RowReader described(Path csv, DatasetDescription description)
      throws IOException, BadTableException {
    return open(
        csv,
        TableLimits.DEFAULT,
        (rows, positions) -> {
          List<Source> sources = new ArrayList<>();
          for (Column column : description.columns()) {
            int position = position(csv, rows.line(), positions, column.name());
            sources.add(new Source(column.name(), position, Optional.of(new Encoder(column))));
          }
          return new RowReader(
              csv,
              rows,
              positions,
              sources,
              description.missingTexts(),
              description.features().names());
        });
  }

  /// Every column but `apart` as one feature, in the table's order, its cells as they are.
  public static RowReader numeric(Path csv, Set<String> apart)
      throws IOException, BadTableException {
    return open(
        csv,
        TableLimits.DEFAULT,
        (rows, positions) -> {
          List<Source> sources = new ArrayList<>();
          positions.forEach(
              (name, position) -> {
                if (!apart.contains(name)) {
                  sources.add(new Source(name, position, Optional.empty()));
                }
              });
          if (sources.isEmpty()) {
            throw bad(csv, rows.line(), "", "no column is left to be a feature");
          }
          return new RowReader(
              csv,
              rows,
              positions,
              sources,
              List.of(),
              sources.stream().map(Source::column).toList());
        });
  }

  private interface Making {
    RowReader make(CsvRows rows, Map<String, Integer> positions) throws BadTableException;
  }

  private static RowReader open(Path csv, TableLimits limits, Making making)
      throws IOException, BadTableException {
    CsvRows rows = CsvRows.open(csv, limits);
    RowReader made = null;
    try {
      Map<String, Integer> positions = new LinkedHashMap<>();
      rows.columns().forEach(name -> positions.put(name, positions.size()));
      made = making.make(rows, positions);
      return made;
    } finally {
      if (made == null) {
        rows.close();
      }
    }
  }

  private static int position(Path csv, long line, Map<String, Integer> positions, String name)
      throws BadTableException {
    Integer position = positions.get(name);
    if (position == null) {
      String hint =
          Spelling.nearest(name, positions.keySet()).map(" (is it '%s'?)"::formatted).orElse("");
      throw bad(csv, line, name, "this column is missing" + hint);
    }
    return position;
  }

  /// The names of the features, in the order of [#copyTo].
  public List<String> features() {
    return features;
  }

  /// Whether the header has this column.
  public boolean has(String column) {
    return positions.containsKey(column);
  }

  /// Refuses a table without this column, suggesting the nearest.
  public void require(String column) throws BadTableException {
    position(file, 1, positions, column);
  }

  /// Reads the next row; false at the end.
  public boolean next() throws IOException, BadTableException {
    if (!rows.next()) {
      return false;
    }
    List<String> read = new ArrayList<>(positions.size());
    for (int i = 0; i < positions.size(); i++) {
      read.add(rows.cell(i));
    }
    cells = read;
    int at = 0;
    for (Source source : sources) {
      try {
        at = encode(source, cells.get(source.position()), at);
      } catch (BadCellException e) {
        throw bad(file, line(), source.column(), e.problem());
      }
    }
    return true;
  }

  private int encode(Source source, String cell, int at) throws BadCellException {
    if (source.encoder().isPresent()) {
      Encoder encoder = source.encoder().get();
      if (missingTexts.contains(cell)) {
        encoder.encodeMissing(row, at);
      } else {
        encoder.encode(cell, row, at);
      }
      return at + encoder.width();
    }
    if (MISSING.contains(cell)) {
      throw new BadCellException(
          "the value is missing; fill it in, leave the row out, or declare the column in a dataset.yaml");
    }
    try {
      row[at] = Encoder.plainNumber(cell);
    } catch (BadCellException e) {
      throw new BadCellException(
          e.problem() + "; leave the column out, or declare it in a dataset.yaml");
    }
    return at + 1;
  }

  /// The line of the row, as an editor counts.
  public long line() {
    return rows.line();
  }

  /// The text of a cell of this row, without spaces around; the column must be there.
  public String text(String column) {
    Integer position = positions.get(column);
    if (position == null) {
      throw new IllegalArgumentException("the table has no column '%s'".formatted(column));
    }
    return cells.get(position);
  }

  /// Writes this row's features to `to[at .. at + features)`.
  public void copyTo(float[] to, int at) {
    System.arraycopy(row, 0, to, at, row.length);
  }

  /// An error about a cell of this row, for a caller who knows what its column should hold.
  public BadTableException wrong(String column, String problem) {
    return bad(file, line(), column, problem);
  }

  private static BadTableException bad(Path csv, long line, String column, String problem) {
    return CsvRows.bad(csv, line, column, problem);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
