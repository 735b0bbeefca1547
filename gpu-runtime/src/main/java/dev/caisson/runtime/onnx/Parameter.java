package dev.caisson.runtime.onnx;

/// One trainable initializer and its place in the flat vector.
///
/// @param offset first position in the vector
/// @param length number of positions, the product of the shape
public record Parameter(String name, Shape shape, int offset, int length, Kind kind) {
  /// What training does with it.
  public enum Kind {
    /// Follows the gradient.
    WEIGHT,
    /// A running mean or variance of BatchNormalization: follows the data, no gradient.
    STATISTIC
  }

  public Parameter {
    if (offset < 0 || length < 1 || shape.elements() != length) {
      throw new IllegalArgumentException(
          "parameter '%s' of shape %s cannot take %d positions from %d"
              .formatted(name, shape, length, offset));
    }
  }
}
