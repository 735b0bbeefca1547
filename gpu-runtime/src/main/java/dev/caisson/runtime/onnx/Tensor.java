package dev.caisson.runtime.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A tensor stored in the file: an initializer, or the value of a Constant node. Its length is
/// known to agree with its shape and type. Immutable; arrays are copied out.
public final class Tensor {
  private final String name;
  private final ElementType type;
  private final Shape shape;
  private final ByteBuffer content;

  /// `content`: little-endian elements, exactly as many as the shape says.
  Tensor(String name, ElementType type, Shape shape, ByteBuffer content) {
    if (shape.elements() * type.bytes() != content.remaining()) {
      throw new IllegalArgumentException(
          "tensor '%s' of shape %s and type %s cannot have %d bytes"
              .formatted(name, shape, type, content.remaining()));
    }
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.content = content.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /// A float tensor with these values (copied).
  public static Tensor ofFloats(String name, Shape shape, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Tensor(name, ElementType.FLOAT, shape, bytes);
  }

  /// An INT64 tensor with these values (copied).
  public static Tensor ofLongs(String name, Shape shape, long[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return new Tensor(name, ElementType.INT64, shape, bytes);
  }

  public String name() {
    return name;
  }

  public ElementType type() {
    return type;
  }

  public Shape shape() {
    return shape;
  }

  /// The number of elements.
  public int elements() {
    return content.remaining() / type.bytes();
  }

  /// The values of a FLOAT, DOUBLE or FLOAT16 tensor, doubles rounded to float.
  public float[] floats() {
    float[] values = new float[elements()];
    switch (type) {
      case FLOAT -> view().asFloatBuffer().get(values);
      case DOUBLE -> {
        var source = view().asDoubleBuffer();
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) source.get(i);
        }
      }
      case FLOAT16 -> {
        var source = view().asShortBuffer();
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.float16ToFloat(source.get(i));
        }
      }
      case UINT8, INT8, INT32, INT64, BOOL -> throw wrongType("real");
    }
    return values;
  }

  /// The values of an INT64, INT32, INT8, UINT8 or BOOL tensor.
  public long[] longs() {
    long[] values = new long[elements()];
    ByteBuffer source = view();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case INT64 -> source.getLong(i * Long.BYTES);
            case INT32 -> source.getInt(i * Integer.BYTES);
            case INT8 -> source.get(i);
            case UINT8, BOOL -> Byte.toUnsignedLong(source.get(i));
            case FLOAT, FLOAT16, DOUBLE -> throw wrongType("integer");
          };
    }
    return values;
  }

  /// The little-endian bytes, read-only, each call with its own position.
  public ByteBuffer content() {
    return view();
  }

  private ByteBuffer view() {
    return content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  private IllegalStateException wrongType(String wanted) {
    return new IllegalStateException(
        "tensor '%s' has type %s, not a %s one".formatted(name, type, wanted));
  }

  @Override
  public String toString() {
    return "%s %s%s".formatted(type, name, shape);
  }
}
