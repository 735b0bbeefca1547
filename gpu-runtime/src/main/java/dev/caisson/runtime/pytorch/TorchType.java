package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.ElementType;

/// PyTorch's numbers for element types (`c10/core/ScalarType.h`). Whole numbers are all kept as
/// int64 and real ones in the program's precision.
final class TorchType {
  static final int WHOLE = 4;
  static final int BOOL = 11;

  private TorchType() {}

  /// For types that are not real.
  static int of(ElementType type) {
    return switch (type) {
      case BOOL -> BOOL;
      case UINT8, INT8, INT32, INT64 -> WHOLE;
      case FLOAT, DOUBLE, FLOAT16 ->
          throw new IllegalArgumentException("real numbers have the program's precision");
    };
  }
}
