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

/// One input of a model: which numbers of a row it takes, and the native memory that they are put
/// into. Whole numbers travel in the row as floats, exact to 2^24.
final class Feed {
  private static final long WIDEST = 1 << 24;

  private final String name;
  private final TensorInfo info;
  private final int offset;
  private final int perRow;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  private Feed(String name, TensorInfo info, int offset, int perRow) {
    this.name = name;
    this.info = info;
    this.offset = offset;
    this.perRow = perRow;
  }

  /// @param offset in the row
  static Feed of(String name, NodeInfo node, int offset) throws InvalidModelException {
    if (!(node.getInfo() instanceof TensorInfo info)) {
      throw new InvalidModelException("input '%s' is no tensor".formatted(name));
    }
    switch (info.type) {
      case FLOAT, INT32, INT64 -> {}
      default ->
          throw new InvalidModelException(
              "input '%s' has type %s; rows are scored as float, int32 or int64"
                  .formatted(name, info.type));
    }
    long[] shape = info.getShape();
    long perRow = 1;
    for (int axis = 1; axis < shape.length; axis++) {
      if (shape[axis] < 1 || (perRow *= shape[axis]) > WIDEST - offset) {
        throw new InvalidModelException(
            "input '%s' must be rows of at most %d numbers in all, with fixed dimensions but the first"
                .formatted(name, WIDEST));
      }
    }
    if (shape.length == 0) {
      throw new InvalidModelException("input '%s' has no dimension for rows".formatted(name));
    }
    return new Feed(name, info, offset, (int) perRow);
  }

  String name() {
    return name;
  }

  /// The place in the row after this input's numbers.
  int end() {
    return offset + perRow;
  }

  /// The number of rows that the model insists on, or -1.
  long fixedRows() {
    return info.getShape()[0];
  }

  /// Makes room for so many rows.
  void allocate(int rows) {
    buffer =
        ByteBuffer.allocateDirect(
                Math.multiplyExact(Math.multiplyExact(rows, perRow), info.type.size))
            .order(ByteOrder.nativeOrder());
  }

  /// Copies some rows of `x` in, fills up with zeros to `fed` rows, and gives the tensor, which the
  /// caller closes before the next call.
  OnnxTensor tensor(OrtEnvironment environment, float[] x, int width, int first, int count, int fed)
      throws OrtException {
    buffer.clear();
    for (int row = 0; row < fed; row++) {
      int start = (first + row) * width + offset;
      for (int i = 0; i < perRow; i++) {
        float value = row < count ? x[start + i] : 0;
        if (info.type != OnnxJavaType.FLOAT && value != Math.rint(value)) {
          throw new IllegalArgumentException(
              "feature %d of row %d is %s; input '%s' takes whole numbers"
                  .formatted(offset + i, first + row, value, name));
        }
        put(value);
      }
    }
    buffer.flip();
    long[] shape = info.getShape();
    shape[0] = fed;
    return switch (info.type) {
      case INT32 -> OnnxTensor.createTensor(environment, buffer.asIntBuffer(), shape);
      case INT64 -> OnnxTensor.createTensor(environment, buffer.asLongBuffer(), shape);
      default -> OnnxTensor.createTensor(environment, buffer.asFloatBuffer(), shape);
    };
  }

  private void put(float value) {
    switch (info.type) {
      case INT32 -> buffer.putInt((int) value);
      case INT64 -> buffer.putLong((long) value);
      default -> buffer.putFloat(value);
    }
  }
}
