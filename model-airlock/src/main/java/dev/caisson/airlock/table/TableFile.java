package dev.caisson.airlock.table;

import dev.caisson.dataset.BadTableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A file that holds one table, in one of the formats that are read. What it is told by its first
/// bytes, not by its name.
sealed interface TableFile permits CsvTable, ParquetTable {
  /// Reads the names of its columns.
  static TableFile open(Path file) throws IOException, BadTableException {
    return startsLikeParquet(file) ? ParquetTable.open(file) : CsvTable.open(file);
  }

  Path file();

  /// In the file's order, no two the same.
  List<String> columns();

  /// How many rows to make room for: exact for well-formed files, bounded by the file's size.
  long expectedRows() throws IOException;

  /// Meaning every wanted cell to `cells`.
  ///
  /// @return the number of rows
  int read(Cells cells) throws IOException, BadTableException;

  private static boolean startsLikeParquet(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(4), "PAR1".getBytes(StandardCharsets.US_ASCII));
    }
  }
}
