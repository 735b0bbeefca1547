package dev.caisson.airlock.scan;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// A tensor as the file declares it and as it really is. `external` lists the files that it wants
/// read; an empty name stands for an external tensor that names none.
record TensorOutline(
    String name,
    String type,
    List<Long> dims,
    List<Stored> stored,
    List<String> external,
    boolean segmented,
    Supplier<float[]> numbers) {

  enum Field {
    RAW,
    FLOAT,
    INT32,
    INT64,
    DOUBLE,
    UINT64,
    STRING
  }

  /// Entries (bytes for RAW) in one of the fields that can hold a tensor's data.
  record Stored(Field field, int count) {}

  TensorOutline {
    stored = List.copyOf(stored);
    external = List.copyOf(external);
  }

  /// The product of the dimensions; empty if there are too many, one is negative or the product
  /// exceeds 2^31.
  OptionalLong elements() {
    if (dims.size() > OnnxOutline.MOST_DIMS) {
      return OptionalLong.empty();
    }
    long product = 1;
    for (long dim : dims) {
      if (dim < 0 || dim > Integer.MAX_VALUE || product * dim > Integer.MAX_VALUE) {
        return OptionalLong.empty();
      }
      product *= dim;
    }
    return OptionalLong.of(product);
  }

  /// Bits that one element takes in raw data; 0 for types that raw data cannot hold or that we
  /// don't know.
  int rawBits() {
    return switch (type) {
      case "int4", "uint4", "float4e2m1" -> 4;
      case "int8", "uint8", "bool" -> 8;
      case "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz" -> 8;
      case "int16", "uint16", "float16", "bfloat16" -> 16;
      case "int32", "uint32", "float" -> 32;
      case "int64", "uint64", "double", "complex64" -> 64;
      case "complex128" -> 128;
      default -> 0;
    };
  }

  /// The typed field that may hold this type, and how many entries an element takes there.
  Field typedField() {
    return switch (type) {
      case "float", "complex64" -> Field.FLOAT;
      case "double", "complex128" -> Field.DOUBLE;
      case "int64" -> Field.INT64;
      case "uint32", "uint64" -> Field.UINT64;
      case "string" -> Field.STRING;
      default -> Field.INT32;
    };
  }

  /// Bytes of payload that the tensor carries, by its stored fields.
  long bytes() {
    long bytes = 0;
    for (Stored s : stored) {
      bytes +=
          switch (s.field()) {
            case RAW -> s.count();
            case FLOAT, INT32 -> 4L * s.count();
            case INT64, DOUBLE, UINT64, STRING -> 8L * s.count();
          };
    }
    return bytes;
  }
}
