package dev.caisson.runtime.check;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;

/// Asks an engine by opening the model. Nothing is trained.
final class Trial {
  /// A squared error suits any output, and a batch of one row takes the least memory.
  private static final TrainingRecipe ANY =
      new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.01, 1);

  private Trial() {}

  /// Why the engine will not train it, a sentence each.
  static List<String> refusals(Engine engine, OnnxModel model) {
    List<String> lacks = engine.lacks(model);
    if (!lacks.isEmpty()
        || model.layout().parameters().stream()
            .noneMatch(parameter -> parameter.kind() == Parameter.Kind.WEIGHT)) {
      return lacks; // a model without weights is refused by another check, in other words
    }
    try {
      engine.open(model, ANY, EngineOptions.DEFAULT).close();
      return List.of();
    } catch (UnsupportedModelException | InvalidModelException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }
}
