package dev.caisson.runtime.train;

import dev.caisson.runtime.device.Demand;
import dev.caisson.runtime.device.EngineKind;
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

  /// At most what steps of the recipe's batch size take. For the PyTorch engine at least what two
  /// rows take: it takes a GPU's batch that does not fit in pieces, and two rows are what a trainer
  /// is tried on. DL4J takes a batch whole.
  public static Demand of(EngineKind engine, OnnxModel model, TrainingRecipe recipe)
      throws InvalidModelException {
    Shapes shapes = Shapes.of(model);
    long weights = model.layout().length();
    long most = bytes(shapes.numbers(Math.max(2, recipe.batchSize())), weights);
    return engine == EngineKind.DL4J
        ? Demand.exactly(most)
        : new Demand(bytes(shapes.numbers(2), weights), most);
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
