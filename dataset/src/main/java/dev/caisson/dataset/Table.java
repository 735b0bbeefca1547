package dev.caisson.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A site's table, read, checked against its description and encoded. Holds row-level data: it
/// stays in the site's process.
public final class Table {
  private final Path file;
  private final DatasetDescription description;
  private final Samples samples;
  private final List<ColumnCounts> counts;
  private final long[] labelCounts;

  /// What happened to a column's cells.
  ///
  /// @param missing cells that were missing and read as declared
  /// @param clamped cells outside the declared range, taken as its nearer end
  public record ColumnCounts(String column, long missing, long clamped) {}

  Table(
      Path file,
      DatasetDescription description,
      Samples samples,
      List<ColumnCounts> counts,
      long[] labelCounts) {
    this.file = file;
    this.description = description;
    this.samples = samples;
    this.counts = List.copyOf(counts);
    this.labelCounts = labelCounts.clone();
  }

  /// Reads a UTF-8 CSV (RFC 4180: commas, double quotes, a header line; a byte order mark, blank
  /// lines and spaces around cells are skipped) in one pass. The header's order does not matter.
  ///
  /// @throws BadTableException if anything is not as described; nothing is then kept
  /// @throws IOException if the file system fails
  public static Table read(Path csv, DatasetDescription description)
      throws IOException, BadTableException {
    return read(csv, description, TableLimits.DEFAULT);
  }

  public static Table read(Path csv, DatasetDescription description, TableLimits limits)
      throws IOException, BadTableException {
    return new TableReader(csv, description, limits).read();
  }

  public DatasetDescription description() {
    return description;
  }

  /// The rows in the order of the file.
  public Samples samples() {
    return samples;
  }

  public List<ColumnCounts> counts() {
    return counts;
  }

  /// How many rows have the label value `description().label().values().get(index)`.
  public long labelCount(int index) {
    return labelCounts[index];
  }

  /// What was read, in words, for the custodian; exact counts, so not to be sent elsewhere.
  public String describe() {
    StringBuilder out = new StringBuilder();
    out.append("%s: %,d persons\n".formatted(file.getFileName(), samples.rows()));
    List<String> values = description.label().values();
    for (int i = 0; i < values.size(); i++) {
      out.append(
          "  %s = %s: %,d\n".formatted(description.label().name(), values.get(i), labelCounts[i]));
    }
    for (ColumnCounts column : counts) {
      if (column.missing() > 0) {
        out.append("  %s: %,d missing\n".formatted(column.column(), column.missing()));
      }
      if (column.clamped() > 0) {
        out.append(
            "  %s: %,d outside the declared range, clamped\n"
                .formatted(column.column(), column.clamped()));
      }
    }
    return out.toString();
  }
}
