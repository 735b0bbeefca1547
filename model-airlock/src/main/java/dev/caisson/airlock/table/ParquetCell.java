package dev.caisson.airlock.table;

import dev.caisson.dataset.BadCellException;
import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.BadTableException.Fault;
import dev.caisson.dataset.TableLimits;
import java.nio.file.Path;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/// How the values of one column become cells.
record ParquetCell(PrimitiveTypeName type, int present, boolean unsigned) {
  /// Columns are read value by value: nobody asks for records.
  static final GroupConverter NO_RECORDS =
      new GroupConverter() {
        @Override
        public Converter getConverter(int field) {
          return new PrimitiveConverter() {};
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
      };

  static ParquetCell of(Path file, String name, MessageType one) throws BadTableException {
    Type field = one.getType(0);
    if (!field.isPrimitive() || field.isRepetition(Repetition.REPEATED)) {
      throw refused(file, name, "it is nested");
    }
    PrimitiveType type = field.asPrimitiveType();
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    boolean number =
        meaning == null || meaning instanceof IntLogicalTypeAnnotation; // lists of bits and dates
    boolean text =
        meaning == null
            || meaning instanceof StringLogicalTypeAnnotation
            || meaning instanceof EnumLogicalTypeAnnotation;
    boolean read =
        switch (type.getPrimitiveTypeName()) {
          case INT32, INT64, FLOAT, DOUBLE, BOOLEAN -> number;
          case BINARY -> text;
          case INT96, FIXED_LEN_BYTE_ARRAY -> false;
        };
    if (!read) {
      throw refused(
          file, name, "its type is %s".formatted(meaning == null ? type : meaning.toString()));
    }
    return new ParquetCell(
        type.getPrimitiveTypeName(),
        one.getColumns().getFirst().getMaxDefinitionLevel(),
        meaning instanceof IntLogicalTypeAnnotation whole && !whole.isSigned());
  }

  private static BadTableException refused(Path file, String name, String why) {
    return BadTableException.of(
        file,
        new Fault(
            0,
            name,
            "%s, which is not read; leave the column out or write it as a number or a text"
                .formatted(why)));
  }

  void give(ColumnReader values, Cells cells, int row, int column) throws BadCellException {
    if (values.getCurrentDefinitionLevel() < present) {
      cells.text(row, column, "");
      return;
    }
    switch (type) {
      case INT32 ->
          cells.number(
              row,
              column,
              unsigned
                  ? (double) Integer.toUnsignedLong(values.getInteger())
                  : values.getInteger());
      case INT64 -> whole(values.getLong(), cells, row, column);
      case FLOAT -> cells.number(row, column, values.getFloat());
      case DOUBLE -> cells.number(row, column, values.getDouble());
      case BOOLEAN -> cells.text(row, column, values.getBoolean() ? "true" : "false"); // as in CSV
      case BINARY -> {
        if (values.getBinary().length() > 4 * TableLimits.DEFAULT.maxFieldChars()) {
          throw new BadCellException("the cell is longer than a table's should be");
        }
        cells.text(row, column, values.getBinary().toStringUsingUTF8().strip());
      }
      case INT96, FIXED_LEN_BYTE_ARRAY -> throw new IllegalStateException("refused above");
    }
  }

  /// Beyond 2^53 a double would merge neighbours, which must not happen to ids.
  private void whole(long value, Cells cells, int row, int column) throws BadCellException {
    if (Math.abs(value) <= 1L << 53 && value != Long.MIN_VALUE) {
      cells.number(row, column, (double) value);
    } else {
      cells.text(row, column, unsigned ? Long.toUnsignedString(value) : Long.toString(value));
    }
  }
}
