package dev.caisson.dataset;

import dev.caisson.dataset.BadTableException.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/// A UTF-8 CSV file (RFC 4180: commas, double quotes, a header line) as rows of texts that nobody
/// has interpreted. Guarantee: the header's names are proper and no two are the same, every row has
/// as many cells as the header, and no cell is longer than the limits say. A byte order mark, blank
/// lines and spaces around cells are skipped. Holds one row at a time; the first fault ends the
/// reading.
///
/// One thread. Close it.
public final class CsvRows implements AutoCloseable {
  private final Path file;
  private final CsvRecords records;
  private final TableLimits limits;
  private final List<String> columns;
  private @Nullable CSVRecord row;

  private CsvRows(Path file, CsvRecords records, TableLimits limits, List<String> columns) {
    this.file = file;
    this.records = records;
    this.limits = limits;
    this.columns = columns;
  }

  /// Opens the file and reads its header.
  public static CsvRows open(Path csv, TableLimits limits) throws IOException, BadTableException {
    CsvRecords records;
    try {
      records = CsvRecords.open(csv, limits);
    } catch (CsvRecords.BrokenException e) {
      throw bad(csv, e.line(), "", e.problem());
    }
    CsvRows made = null;
    try {
      made = new CsvRows(csv, records, limits, header(csv, records, limits));
      return made;
    } finally {
      if (made == null) {
        records.close();
      }
    }
  }

  private static List<String> header(Path csv, CsvRecords records, TableLimits limits)
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
    List<String> names = header.stream().map(String::strip).toList();
    Optional<Fault> fault = Column.faultIn(names, records.line());
    if (fault.isPresent()) {
      throw new BadTableException(csv, List.of(fault.get()), 1);
    }
    return names;
  }

  /// The header, in the file's order.
  public List<String> columns() {
    return columns;
  }

  /// Reads the next row; false at the end.
  public boolean next() throws IOException, BadTableException {
    CSVRecord read = read(file, records);
    if (read == null) {
      return false;
    }
    if (read.size() != columns.size()) {
      throw wrong(
          "", "%d cells where the header has %d columns".formatted(read.size(), columns.size()));
    }
    row = read;
    return true;
  }

  /// The text of a cell of this row, without spaces around.
  public String cell(int column) throws BadTableException {
    if (row == null) {
      throw new IllegalStateException("no row was read");
    }
    String cell = row.get(column).strip();
    if (cell.length() > limits.maxFieldChars()) {
      throw wrong(
          columns.get(column),
          "the cell has more than %,d characters".formatted(limits.maxFieldChars()));
    }
    return cell;
  }

  /// The line of the row, as an editor counts.
  public long line() {
    return records.line();
  }

  /// An error about this row, for a caller who knows what it should hold.
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

  static BadTableException bad(Path csv, long line, String column, String problem) {
    return BadTableException.of(csv, new Fault(line, column, problem));
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
