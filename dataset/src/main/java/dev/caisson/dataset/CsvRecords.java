package dev.caisson.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/// The records of a CSV file, one after the other, without its blank lines. Holds one at a time.
final class CsvRecords implements AutoCloseable {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).get();

  private final Path file;
  private final int longestRecord;
  private final BoundedText text;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private long line;

  /// The reading itself broke: nothing can be said of what comes after.
  static final class BrokenException extends Exception {
    private final long line;

    BrokenException(long line, String problem) {
      super(problem);
      this.line = line;
    }

    /// 0 where the whole file is meant.
    long line() {
      return line;
    }

    String problem() {
      return String.valueOf(getMessage());
    }
  }

  private CsvRecords(Path file, int longestRecord, BoundedText text) throws IOException {
    this.file = file;
    this.longestRecord = longestRecord;
    this.text = text;
    this.parser = CSVParser.builder().setReader(text).setFormat(FORMAT).get();
    this.records = parser.iterator();
  }

  static CsvRecords open(Path file, TableLimits limits) throws IOException, BrokenException {
    if (!Files.isRegularFile(file)) {
      throw new BrokenException(
          0,
          Files.exists(file)
              ? "this is no file but a directory or a device; give a CSV file"
              : "there is no such file; check the path");
    }
    int longest = longestRecord(limits);
    BoundedText text = BoundedText.open(file, longest);
    try {
      return new CsvRecords(file, longest, text);
    } catch (IOException e) {
      text.close();
      throw e;
    }
  }

  /// The next record that is not blank; null at the end.
  @Nullable CSVRecord next() throws IOException, BrokenException {
    while (true) {
      line = parser.getCurrentLineNumber() + 1;
      text.startRecord(line);
      CSVRecord record = read();
      if (record == null || record.size() != 1 || !record.get(0).isBlank()) {
        return record;
      }
    }
  }

  /// Where the record that [#next] gave begins, as an editor counts lines.
  long line() {
    return line;
  }

  private @Nullable CSVRecord read() throws IOException, BrokenException {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (UncheckedIOException e) {
      IOException cause = Objects.requireNonNull(e.getCause(), "this exception always has a cause");
      throw switch (cause) {
        case CSVException _ ->
            new BrokenException(
                line,
                "the quotes of this record are unbalanced; close or double each quote (\"\")");
        case BoundedText.TooLongException tooLong ->
            new BrokenException(
                tooLong.line(),
                "a record is longer than %,d characters; is a quote left open?"
                    .formatted(longestRecord));
        case CharacterCodingException _ ->
            new BrokenException(
                BoundedText.lineOfFirstBadByte(file),
                "the file is not UTF-8 text; save it as CSV in UTF-8");
        default -> throw cause; // the file system's
      };
    }
  }

  private static int longestRecord(TableLimits limits) {
    return Math.clamp((long) limits.maxColumns() * 64 + 4L * limits.maxFieldChars(), 0, 1 << 22);
  }

  @Override
  public void close() throws IOException {
    parser.close();
    text.close();
  }
}
