package dev.caisson.runtime.onnx;

/// The element types that Caisson reads, with their ONNX number and size in bytes.
public enum ElementType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  INT32(6, 4),
  INT64(7, 8),
  BOOL(9, 1),
  FLOAT16(10, 2),
  DOUBLE(11, 8);

  private final int number;
  private final int bytes;

  ElementType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /// The number in `TensorProto.DataType`.
  public int number() {
    return number;
  }

  /// Bytes per element.
  public int bytes() {
    return bytes;
  }

  static ElementType of(int number, String where) throws InvalidModelException {
    for (ElementType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    throw new InvalidModelException(
        "%s has element type %d, which is not one of float, double, float16, int8/32/64, uint8, bool"
            .formatted(where, number));
  }
}
