package dev.caisson.airlock.table;

import dev.caisson.dataset.BadCellException;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.BadTableException.Fault;
import dev.caisson.dataset.Column;
import dev.caisson.dataset.TableLimits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;

/// A Parquet file as a table: flat columns of numbers, texts, and true or false (1 or 0). Read a
/// column of a row group at a time, which is all that is in memory: at most [#LARGEST_CHUNK] bytes
/// and one page. Dates, times, decimals, nested and repeated columns are refused by name where they
/// are wanted.
///
/// Why parquet-java: it is memory-safe, and needs 15 MB where DuckDB's native code needs 81. Hadoop
/// is on the class path for a dozen types that its classes name; none of its code runs.
record ParquetTable(Path file, List<String> columns, long expectedRows) implements TableFile {
  private static final int LARGEST_FOOTER = 16 << 20;
  private static final int LARGEST_CHUNK = 256 << 20;

  static ParquetTable open(Path file) throws IOException, BadTableException {
    checkFooter(file);
    try (ParquetFileReader reader = reader(file)) {
      List<String> names =
          schema(reader).getFields().stream().map(field -> field.getName().strip()).toList();
      if (names.size() > TableLimits.DEFAULT.maxColumns()) {
        throw bad(file, "", "%,d columns are too many".formatted(names.size()));
      }
      Optional<Fault> fault = Column.faultIn(names, 0);
      if (fault.isPresent()) {
        throw BadTableException.of(file, fault.get());
      }
      return new ParquetTable(file, names, rows(file, reader.getRowGroups()));
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // parquet-java's words for any broken file
      throw broken(file, e);
    }
  }

  private static long rows(Path file, List<BlockMetaData> groups) throws BadTableException {
    long rows = 0;
    for (BlockMetaData group : groups) {
      rows += group.getRowCount();
      if (group.getRowCount() < 0 || rows > TableLimits.DEFAULT.maxRows()) {
        throw bad(
            file,
            "",
            "it says that it has more than %,d rows; split it"
                .formatted(TableLimits.DEFAULT.maxRows()));
      }
    }
    return rows;
  }

  @Override
  public int read(Cells cells) throws IOException, BadTableException {
    long length = file.toFile().length();
    try (ParquetFileReader reader = reader(file)) {
      MessageType schema = schema(reader);
      for (int column = 0; column < columns.size(); column++) {
        if (cells.wants(column)) {
          MessageType one = new MessageType(schema.getName(), schema.getType(column));
          ParquetCell cell = ParquetCell.of(file, columns.get(column), one);
          reader.setRequestedSchema(one);
          int row = 0;
          for (int group = 0; group < reader.getRowGroups().size(); group++) {
            checkChunk(reader.getRowGroups().get(group), one, length);
            row = read(reader, group, one, cell, cells, column, row);
          }
        }
      }
      return (int) expectedRows;
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // as above
      throw broken(file, e);
    }
  }

  private int read(
      ParquetFileReader reader,
      int group,
      MessageType one,
      ParquetCell cell,
      Cells cells,
      int column,
      int firstRow)
      throws IOException, BadTableException {
    ParquetPages pages = new ParquetPages(reader.readRowGroup(group));
    ColumnReader values =
        new ColumnReadStoreImpl(
                pages,
                ParquetCell.NO_RECORDS,
                one,
                reader.getFooter().getFileMetaData().getCreatedBy())
            .getColumnReader(one.getColumns().getFirst());
    int row = firstRow;
    for (long i = 0; i < pages.getRowCount(); i++, row++) {
      try {
        cell.give(values, cells, row, column);
      } catch (BadCellException e) {
        throw bad(file, columns.get(column), "row %,d: %s".formatted(row + 1, e.problem()));
      }
      values.consume();
    }
    return row;
  }

  private void checkChunk(BlockMetaData group, MessageType one, long length)
      throws BadTableException {
    String name = one.getFieldName(0);
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      if (chunk.getPath().toArray()[0].equals(name)) {
        if (chunk.getStartingPos() < 0
            || chunk.getTotalSize() < 0
            || chunk.getStartingPos() > length - chunk.getTotalSize()
            || chunk.getValueCount() != group.getRowCount()) {
          throw bad(file, name, "the file is broken: what it says of this column cannot be");
        }
        if (chunk.getTotalSize() > LARGEST_CHUNK) {
          throw bad(file, name, "its row groups are too large; write it with smaller ones");
        }
      }
    }
  }

  private static MessageType schema(ParquetFileReader reader) {
    return reader.getFooter().getFileMetaData().getSchema();
  }

  private static ParquetFileReader reader(Path file) throws IOException {
    return ParquetFileReader.open(
        new LocalInputFile(file),
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new ParquetCodecs())
            .withUseHadoopVectoredIo(false)
            .usePageChecksumVerification(true)
            .build());
  }

  /// The last eight bytes: the footer's length and the magic.
  private static void checkFooter(Path file) throws IOException, BadTableException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] end = new byte[8];
      if (in.length() < 12) {
        throw bad(file, "", "the file is broken: it ends after its first bytes");
      }
      in.seek(in.length() - 8);
      in.readFully(end);
      String magic = new String(Arrays.copyOfRange(end, 4, 8), StandardCharsets.US_ASCII);
      int footer = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt();
      if (!magic.equals("PAR1") || footer < 0 || footer > in.length() - 12) {
        throw bad(file, "", "the file is broken or encrypted: it has no readable Parquet footer");
      }
      if (footer > LARGEST_FOOTER) {
        throw bad(file, "", "its footer of %,d bytes is too large".formatted(footer));
      }
    }
  }

  private static BadTableException bad(Path file, String column, String problem) {
    return BadTableException.of(file, new Fault(0, column, problem));
  }

  private static BadTableException broken(Path file, Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    BadTableException bad =
        bad(file, "", "not readable as Parquet: %s".formatted(cause.getMessage()));
    bad.initCause(e);
    return bad;
  }
}
