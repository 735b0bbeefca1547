package dev.caisson.runtime.train;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;

/// Something that can train ONNX graphs.
public interface Engine {
  /// The name in plans and reports, for example `pytorch`.
  String name();

  /// Gets a model ready to train by this recipe, starting from the weights in the file.
  ///
  /// @throws UnsupportedModelException when the graph has an operation or setting that this engine
  ///   lacks; names node and operation. Nothing has been trained
  /// @throws InvalidModelException when the shapes of the graph do not fit together, or there is
  ///   nothing to train
  Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException, InvalidModelException;
}
