package dev.caisson.dataset;

import dev.caisson.dataset.BadTableException.Fault;
import dev.caisson.yaml.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/// A table read row by row, for prototypes and for scoring: features as numbers, any other cell as
/// text. Holds one row at a time; the first fault ends the reading. Neither an id nor a label has
/// to be there. What trains in a federation goes through [Table] instead.
///
/// One thread. Close it.
public final class RowReader implements AutoCloseable {
  private static final Set<String> MISSING = Set.of("", "NA", "NaN", "nan", "null");

  private final Path file;
  private final CsvRecords records;
  private final Map<String, Integer> positions;
  private final List<Source> sources;
  private final List<String> missingTexts;
  private final List<String> features;
  private final TableLimits limits;
  private final float[] row;
  private List<String> cells = List.of();

  /// A column that becomes features; without an encoder its cells are the numbers that they show.
  private record Source(String column, int position, Optional<Encoder> encoder) {}

  private RowReader(
      Path file,
      CsvRecords records,
      Map<String, Integer> positions,
      List<Source> sources,
      List<String> missingTexts,
      List<String> features,
      TableLimits limits) {
    this.file = file;
    this.records = records;
    this.positions = positions;
    this.sources = sources;
    this.missingTexts = List.copyOf(missingTexts);
    this.features = List.copyOf(features);
    this.limits = limits;
    this.row = new float[features.size()];
  }

  /// Features as a description declares them, in its order. Its columns must be there; others are
  /// left alone.
  public static RowReader described(Path csv, DatasetDescription description)
      throws IOException, BadTableException {
    return open(
        csv,
        TableLimits.DEFAULT,
        (records, positions) -> {
          List<Source> sources = new ArrayList<>();
          for (Column column : description.columns()) {
            int position = position(csv, records.line(), positions, column.name());
            sources.add(new Source(column.name(), position, Optional.of(new Encoder(column))));
          }
          return new RowReader(
              csv,
              records,
              positions,
              sources,
              description.missingTexts(),
              description.features().names(),
              TableLimits.DEFAULT);
        });
  }

  /// Every column but `apart` as one feature, in the table's order, its cells as they are.
  public static RowReader numeric(Path csv, Set<String> apart)
      throws IOException, BadTableException {
    return open(
        csv,
        TableLimits.DEFAULT,
        (records, positions) -> {
          List<Source> sources = new ArrayList<>();
          positions.forEach(
              (name, position) -> {
                if (!apart.contains(name)) {
                  sources.add(new Source(name, position, Optional.empty()));
                }
              });
          if (sources.isEmpty()) {
            throw bad(csv, records.line(), "", "no column is left to be a feature");
          }
          return new RowReader(
              csv,
              records,
              positions,
              sources,
              List.of(),
              sources.stream().map(Source::column).toList(),
              TableLimits.DEFAULT);
        });
  }

  private interface Making {
    RowReader make(CsvRecords records, Map<String, Integer> positions) throws BadTableException;
  }

  private static RowReader open(Path csv, TableLimits limits, Making making)
      throws IOException, BadTableException {
    CsvRecords records;
    try {
      records = CsvRecords.open(csv, limits);
    } catch (CsvRecords.BrokenException e) {
      throw bad(csv, e.line(), "", e.problem());
    }
    RowReader made = null;
    try {
      made = making.make(records, header(csv, records, limits));
      return made;
    } finally {
      if (made == null) {
        records.close();
      }
    }
  }

  private static Map<String, Integer> header(Path csv, CsvRecords records, TableLimits limits)
      throws IOException, BadTableException {
    CSVRecord header = read(csv, records);
    if (header == null) {
      throw bad(csv, 0, "", "the table is empty: not even a header line");
    }
    if (header.size() > limits.maxColumns()) {
      throw bad(
          csv,
          records.line(),
          "",
          "the header has %,d columns, at most %,d are read"
              .formatted(header.size(), limits.maxColumns()));
    }
    Map<String, Integer> positions = new LinkedHashMap<>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i).strip();
      try {
        Column.checkName(name);
      } catch (IllegalArgumentException e) {
        throw bad(csv, records.line(), "", "column %d: %s".formatted(i + 1, e.getMessage()));
      }
      if (positions.putIfAbsent(name, i) != null) {
        throw bad(csv, records.line(), name, "this column stands twice in the header; rename one");
      }
    }
    return positions;
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
    CSVRecord record = read(file, records);
    if (record == null) {
      return false;
    }
    if (record.size() != positions.size()) {
      throw bad(
          file,
          line(),
          "",
          "%d cells where the header has %d columns".formatted(record.size(), positions.size()));
    }
    cells = record.stream().map(String::strip).toList();
    for (var column : positions.entrySet()) {
      if (cells.get(column.getValue()).length() > limits.maxFieldChars()) {
        throw bad(
            file,
            line(),
            column.getKey(),
            "the cell has more than %,d characters".formatted(limits.maxFieldChars()));
      }
    }
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
    return records.line();
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

  private static @Nullable CSVRecord read(Path csv, CsvRecords records)
      throws IOException, BadTableException {
    try {
      return records.next();
    } catch (CsvRecords.BrokenException e) {
      throw bad(csv, e.line(), "", e.problem());
    }
  }

  private static BadTableException bad(Path csv, long line, String column, String problem) {
    return new BadTableException(csv, List.of(new Fault(line, column, problem)), 1);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
