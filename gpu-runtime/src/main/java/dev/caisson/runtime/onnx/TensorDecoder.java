package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Stored tensors: the numbers must be in the file, in one of ONNX's encodings, and as many as the
/// shape says.
final class TensorDecoder {
  private TensorDecoder() {}

  static Tensor decode(OnnxMl.TensorProto proto, String where) throws InvalidModelException {
    if (proto.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL
        || proto.getExternalDataCount() > 0) {
      throw new InvalidModelException(
          "%s keeps its numbers in another file (external data); export again with external_data=False"
              .formatted(where));
    }
    if (proto.hasSegment()) {
      throw new InvalidModelException(
          where + " is stored in segments, which Caisson does not read");
    }
    ElementType type = ElementType.of(proto.getDataType(), where);
    Shape shape = shape(proto.getDimsList(), where);
    if (shape.dimensions().contains(Shape.FREE)) {
      throw new InvalidModelException(where + " has a negative dimension");
    }
    long stored = proto.hasRawData() ? proto.getRawData().size() : typedBytes(proto, type);
    long declared = declaredBytes(shape, type, where);
    if (stored != declared) {
      throw new InvalidModelException(
          "%s of shape %s and type %s needs %d bytes, the file holds %d"
              .formatted(where, shape, type, declared, stored));
    }
    ByteBuffer content =
        proto.hasRawData()
            ? proto.getRawData().asReadOnlyByteBuffer()
            : typed(proto, type, (int) declared);
    return new Tensor(proto.getName(), type, shape, content);
  }

  static Shape shape(List<Long> dimensions, String where) throws InvalidModelException {
    try {
      return new Shape(dimensions);
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException("%s: %s".formatted(where, e.getMessage()), e);
    }
  }

  private static long declaredBytes(Shape shape, ElementType type, String where)
      throws InvalidModelException {
    try {
      return Math.multiplyExact(shape.elements(), (long) type.bytes());
    } catch (ArithmeticException e) {
      throw new InvalidModelException("%s has the impossible shape %s".formatted(where, shape), e);
    }
  }

  private static long typedBytes(OnnxMl.TensorProto proto, ElementType type) {
    int elements =
        switch (type) {
          case FLOAT -> proto.getFloatDataCount();
          case DOUBLE -> proto.getDoubleDataCount();
          case INT64 -> proto.getInt64DataCount();
          case INT32, INT8, UINT8, BOOL, FLOAT16 -> proto.getInt32DataCount();
        };
    return (long) elements * type.bytes();
  }

  private static ByteBuffer typed(OnnxMl.TensorProto proto, ElementType type, int bytes) {
    ByteBuffer content = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int elements = bytes / type.bytes();
    for (int i = 0; i < elements; i++) {
      switch (type) {
        case FLOAT -> content.putFloat(proto.getFloatData(i));
        case DOUBLE -> content.putDouble(proto.getDoubleData(i));
        case INT64 -> content.putLong(proto.getInt64Data(i));
        case INT32 -> content.putInt(proto.getInt32Data(i));
        case INT8, UINT8, BOOL -> content.put((byte) proto.getInt32Data(i));
        case FLOAT16 -> content.putShort((short) proto.getInt32Data(i));
      }
    }
    return content.flip();
  }
}
