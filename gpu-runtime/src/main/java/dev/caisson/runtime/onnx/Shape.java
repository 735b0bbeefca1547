package dev.caisson.runtime.onnx;

import java.util.List;
import java.util.stream.Collectors;

/// Dimensions, outermost first; [#FREE] stands for one that is only known at run time (the batch).
public record Shape(List<Long> dimensions) {
  /// A dimension that the file leaves open.
  public static final long FREE = -1;

  /// ONNX sets no limit; no layer in use has more.
  static final int MAX_RANK = 8;

  public Shape {
    dimensions = List.copyOf(dimensions);
    if (dimensions.size() > MAX_RANK) {
      throw new IllegalArgumentException(
          "a shape has at most %d dimensions, got %d".formatted(MAX_RANK, dimensions.size()));
    }
    for (long dimension : dimensions) {
      if (dimension < FREE) {
        throw new IllegalArgumentException("a dimension cannot be negative, got " + dimension);
      }
    }
  }

  public static Shape of(long... dimensions) {
    return new Shape(java.util.Arrays.stream(dimensions).boxed().toList());
  }

  public int rank() {
    return dimensions.size();
  }

  public long dimension(int axis) {
    return dimensions.get(axis);
  }

  /// The number of elements; a free dimension or more than 2^62 elements is an
  /// `ArithmeticException`.
  public long elements() {
    long product = 1;
    for (long dimension : dimensions) {
      if (dimension == FREE) {
        throw new ArithmeticException("the shape %s has a free dimension".formatted(this));
      }
      product = Math.multiplyExact(product, dimension);
    }
    return product;
  }

  @Override
  public String toString() {
    return dimensions.stream()
        .map(d -> d == FREE ? "?" : Long.toString(d))
        .collect(Collectors.joining("×", "[", "]"));
  }
}
