package dev.caisson.runtime.score;

import java.util.List;

/// One input of a model as opened. A row has its numbers in the order of the shape, the last
/// dimension fastest.
///
/// @param shape of one row, without the dimension for rows; `[3, 32, 32]` for an image, `[]` where
///   a row is a single number
public record ModelInput(String name, Kind kind, List<Integer> shape) {
  /// What a cell must be.
  public enum Kind {
    /// Any number; NaN goes to the model as it is. A model that takes doubles gets floats widened:
    /// 0.1 arrives as 0.10000000149, which may fall on the other side of a threshold.
    NUMBER,
    /// A whole number, exact to 2^24.
    WHOLE,
    /// 0 or 1.
    FLAG,
    /// A text, by its place in the position's dictionary; a missing one is the empty text.
    TEXT
  }

  public ModelInput {
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException("input '%s' has shape %s".formatted(name, shape));
    }
  }

  /// How many numbers of a row it takes.
  public int width() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}
