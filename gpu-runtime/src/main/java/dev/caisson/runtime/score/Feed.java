package dev.caisson.runtime.score;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.caisson.runtime.onnx.InvalidModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One input of a model: which numbers of a row it takes, and the native memory that they are put
/// into. Whole numbers travel in the row as floats, exact to 2^24; texts as places in dictionaries.
final class Feed {
  private static final long WIDEST = 1 << 24;

  private final ModelInput input;
  private final OnnxJavaType type;
  private final long fixedRows;
  private final int offset;
  private final int perRow;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
  private String[] words = new String[0];

  private Feed(ModelInput input, TensorInfo info, int offset) {
    this.input = input;
    this.type = info.type;
    this.fixedRows = info.getShape()[0];
    this.offset = offset;
    this.perRow = input.width();
  }

  /// @param offset in the row
  static Feed of(String name, NodeInfo node, int offset) throws InvalidModelException {
    if (!(node.getInfo() instanceof TensorInfo info)) {
      throw new InvalidModelException("input '%s' is no tensor".formatted(name));
    }
    long[] shape = info.getShape();
    if (shape.length == 0) {
      throw new InvalidModelException("input '%s' has no dimension for rows".formatted(name));
    }
    long perRow = 1;
    List<Integer> row = new ArrayList<>();
    for (int axis = 1; axis < shape.length; axis++) {
      if (shape[axis] < 1) {
        throw new InvalidModelException(
            "dimension %d of input '%s' is open (%s); export the model with every dimension fixed but the first, which is for rows"
                .formatted(axis, name, Arrays.toString(shape)));
      }
      if (shape[axis] > WIDEST || (perRow *= shape[axis]) > WIDEST - offset) {
        throw new InvalidModelException(
            "input '%s' makes rows of more than %d numbers".formatted(name, WIDEST));
      }
      row.add((int) shape[axis]);
    }
    return new Feed(new ModelInput(name, kind(name, info.type), row), info, offset);
  }

  private static ModelInput.Kind kind(String name, OnnxJavaType type) throws InvalidModelException {
    return switch (type) {
      case FLOAT, DOUBLE -> ModelInput.Kind.NUMBER;
      case INT32, INT64 -> ModelInput.Kind.WHOLE;
      case BOOL -> ModelInput.Kind.FLAG;
      case STRING -> ModelInput.Kind.TEXT;
      default ->
          throw new InvalidModelException(
              "input '%s' has type %s; rows are scored as float, double, int32, int64, bool or string"
                  .formatted(name, type));
    };
  }

  ModelInput input() {
    return input;
  }

  /// The place in the row after this input's numbers.
  int end() {
    return offset + perRow;
  }

  /// The number of rows that the model insists on, or -1.
  long fixedRows() {
    return fixedRows;
  }

  /// Makes room for so many rows.
  void allocate(int rows) {
    int cells = Math.multiplyExact(rows, perRow);
    if (type == OnnxJavaType.STRING) {
      words = new String[cells];
    } else {
      buffer =
          ByteBuffer.allocateDirect(Math.multiplyExact(cells, type.size))
              .order(ByteOrder.nativeOrder());
    }
  }

  /// Copies rows in, the last one again where there are fewer than `fed` (zeros and empty texts
  /// where there are none), and gives the tensor, which the caller closes before the next call.
  OnnxTensor tensor(OrtEnvironment environment, Table table, int first, int count, int fed)
      throws OrtException {
    long[] shape = new long[input.shape().size() + 1];
    shape[0] = fed;
    for (int axis = 1; axis < shape.length; axis++) {
      shape[axis] = input.shape().get(axis - 1);
    }
    if (type == OnnxJavaType.STRING) {
      return OnnxTensor.createTensor(environment, words(table, first, count, fed), shape);
    }
    buffer.clear();
    for (int row = 0; row < fed; row++) {
      int at = first + Math.min(row, count - 1);
      for (int i = 0; i < perRow; i++) {
        put(count == 0 ? 0 : table.at(at, offset + i), at, i);
      }
    }
    buffer.flip();
    return switch (type) {
      case INT32 -> OnnxTensor.createTensor(environment, buffer.asIntBuffer(), shape);
      case INT64 -> OnnxTensor.createTensor(environment, buffer.asLongBuffer(), shape);
      case DOUBLE -> OnnxTensor.createTensor(environment, buffer.asDoubleBuffer(), shape);
      case BOOL -> OnnxTensor.createTensor(environment, buffer, shape, OnnxJavaType.BOOL);
      default -> OnnxTensor.createTensor(environment, buffer.asFloatBuffer(), shape);
    };
  }

  private void put(float value, int row, int i) {
    switch (type) {
      case FLOAT -> buffer.putFloat(value);
      case DOUBLE -> buffer.putDouble(value);
      case BOOL -> {
        require(value == 0 || value == 1, value, row, i, "0 or 1");
        buffer.put((byte) value);
      }
      case INT32 -> {
        require(whole(value, 0x1p31), value, row, i, "whole numbers");
        buffer.putInt((int) value);
      }
      default -> {
        require(whole(value, 0x1p63), value, row, i, "whole numbers");
        buffer.putLong((long) value);
      }
    }
  }

  private static boolean whole(float value, double bound) {
    return value == Math.rint(value) && Math.abs(value) < bound;
  }

  private void require(boolean fits, float value, int row, int i, String what) {
    if (!fits) {
      throw new IllegalArgumentException(
          "feature %d of row %d is %s; input '%s' takes %s"
              .formatted(
                  offset + i, row, Float.isNaN(value) ? "missing" : value, input.name(), what));
    }
  }

  private String[] words(Table table, int first, int count, int fed) {
    String[] cells = fed * perRow == words.length ? words : new String[fed * perRow];
    for (int row = 0; row < fed; row++) {
      int at = first + Math.min(row, count - 1);
      for (int i = 0; i < perRow; i++) {
        cells[row * perRow + i] = count == 0 ? "" : word(table, at, offset + i);
      }
    }
    return cells;
  }

  private String word(Table table, int row, int position) {
    float code = table.at(row, position);
    if (Float.isNaN(code)) {
      return "";
    }
    List<String> texts = table.texts(position);
    if (!(code >= 0 && code < texts.size() && code == Math.rint(code))) {
      throw new IllegalArgumentException(
          "feature %d of row %d is %s, no place among the %d texts of input '%s'"
              .formatted(position, row, code, texts.size(), input.name()));
    }
    return texts.get((int) code);
  }
}
