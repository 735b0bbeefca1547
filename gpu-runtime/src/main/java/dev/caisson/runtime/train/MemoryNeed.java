package dev.caisson.runtime.train;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.shape.Shapes;

/// How much of a GPU's memory training takes, from above for most models and not for all: libraries
/// take working memory that no graph tells of.
public final class MemoryNeed {
  /// Values, their gradients, and as much again for what libraries work with.
  private static final int COPIES_OF_VALUES = 4;

  /// Weights, gradients, two moments, the vector that was loaded, and room to add them up.
  private static final int COPIES_OF_WEIGHTS = 8;

  /// Blocks that an allocator rounds up to.
  private static final long LEAST = 256L << 20;

  private MemoryNeed() {}

  /// In bytes, for steps of the recipe's batch size.
  public static long of(OnnxModel model, TrainingRecipe recipe) throws InvalidModelException {
    long values = Shapes.of(model).numbers(Math.max(2, recipe.batchSize()));
    long weights = model.layout().length();
    try {
      return Math.max(
          LEAST,
          Math.addExact(
              Math.multiplyExact(values, (long) COPIES_OF_VALUES * Float.BYTES),
              Math.multiplyExact(weights, (long) COPIES_OF_WEIGHTS * Float.BYTES)));
    } catch (ArithmeticException e) {
      throw new InvalidModelException("a step's values do not fit in any memory", e);
    }
  }
}
