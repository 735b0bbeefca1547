package dev.caisson.airlock.table;

import dev.caisson.dataset.BadCellException;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.CsvRows;
import dev.caisson.dataset.TableLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A CSV file as a table of texts.
record CsvTable(Path file, List<String> columns) implements TableFile {
  static CsvTable open(Path file) throws IOException, BadTableException {
    try (CsvRows rows = CsvRows.open(file, TableLimits.DEFAULT)) {
      return new CsvTable(file, rows.columns());
    }
  }

  /// Lines that are not blank and not inside quotes, less the header.
  @Override
  public long expectedRows() throws IOException {
    byte[] bytes = new byte[1 << 16];
    long lines = 0;
    boolean quoted = false;
    boolean blank = true;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        for (int i = 0; i < read; i++) {
          byte b = bytes[i];
          if ((b == '\n' || b == '\r') && !quoted) {
            lines += blank ? 0 : 1;
            blank = true;
          } else {
            quoted ^= b == '"';
            blank &= b == ' ' || b == '\t';
          }
        }
      }
    }
    return Math.max(0, lines + (blank ? 0 : 1) - 1);
  }

  @Override
  public int read(Cells cells) throws IOException, BadTableException {
    try (CsvRows rows = CsvRows.open(file, TableLimits.DEFAULT)) {
      int row = 0;
      for (; rows.next(); row++) {
        for (int column = 0; column < columns.size(); column++) {
          if (cells.wants(column)) {
            try {
              cells.text(row, column, rows.cell(column));
            } catch (BadCellException e) {
              throw rows.wrong(columns.get(column), e.problem());
            }
          }
        }
      }
      return row;
    }
  }
}
