package dev.caisson.runtime.train;

import dev.caisson.runtime.device.Demand;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.shape.Shapes;

/// How much of a GPU's memory training takes, from above for most models and not for all: libraries
/// take working memory that no graph tells of.
public final class MemoryNeed {
  /// Values, their gradients, and as much again for what libraries work with.
  private static final int COPIES_OF_VALUES = 4;

  /// Weights, gradients, two moments, the vector that was loaded, the offset, and room to add them
  /// up.
  private static final int COPIES_OF_WEIGHTS = 8;

  /// Blocks that an allocator rounds up to.
  private static final long LEAST = 256L << 20;

  private MemoryNeed() {}

  /// At most what steps of the recipe's batch size take. At least what two rows take: a GPU's batch
  /// that does not fit is taken in pieces, and two rows are what a trainer is tried on.
  public static Demand of(OnnxModel model, TrainingRecipe recipe) throws InvalidModelException {
    Shapes shapes = Shapes.of(model);
    long weights = model.layout().length();
    return new Demand(
        bytes(shapes.numbers(2), weights),
        bytes(shapes.numbers(Math.max(2, recipe.batchSize())), weights));
  }

  private static long bytes(long values, long weights) throws InvalidModelException {
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
