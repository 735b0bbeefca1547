package dev.caisson.runtime.onnx;

import ai.onnx.proto.OnnxMl;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Stored tensors: the numbers must be in the file, in one of ONNX's encodings, or in a data file,
/// and as many as the shape says.
final class TensorDecoder {
  private TensorDecoder() {}

  static Tensor decode(OnnxMl.TensorProto proto, ExternalData external, String where)
      throws InvalidModelException {
    if (proto.hasSegment()) {
      throw new InvalidModelException(
          where + " is stored in segments, which Caisson does not read");
    }
    ElementType type = ElementType.of(proto.getDataType(), where);
    Shape shape = shape(proto.getDimsList(), where);
    if (shape.dimensions().contains(Shape.FREE)) {
      throw new InvalidModelException(where + " has a negative dimension");
    }
    long declared = declaredBytes(shape, type, where);
    boolean outside = proto.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL;
    if (!outside && proto.getExternalDataCount() > 0) {
      throw new InvalidModelException(
          where + " names another file but says that its numbers are in this one");
    }
    long stored = proto.hasRawData() ? proto.getRawData().size() : typedBytes(proto, type);
    if (outside && stored > 0) {
      throw new InvalidModelException(
          where + " keeps numbers both in this file and in another one");
    }
    if (!outside && stored != declared) {
      throw new InvalidModelException(
          "%s of shape %s and type %s needs %d bytes, the file holds %d"
              .formatted(where, shape, type, declared, stored));
    }
    ByteBuffer content =
        outside
            ? external.content(proto, where, declared)
            : proto.hasRawData()
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
