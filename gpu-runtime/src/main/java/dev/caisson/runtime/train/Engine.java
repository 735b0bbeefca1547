package dev.caisson.runtime.train;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import java.util.List;

/// Something that can train ONNX graphs.
public interface Engine {
  /// The name in plans and reports, for example `pytorch`.
  String name();

  /// What this engine would need to train a model and does not have, a sentence for each operation;
  /// empty where it has all operations. Settings of operations are checked by [#open].
  List<String> lacks(OnnxModel model);

  /// Gets a model ready to train by this recipe, starting from the weights in the file.
  ///
  /// @throws UnsupportedModelException when the graph has an operation or setting that this engine
  ///   lacks; names node and operation. Nothing has been trained
  /// @throws InvalidModelException when the shapes of the graph do not fit together, or there is
  ///   nothing to train
  Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException, InvalidModelException;

  /// The same for many models of one graph at once, each from the weights in the file.
  ///
  /// @throws UnsupportedModelException also when the graph has an operation that this engine does
  ///   not have for ensembles
  EnsembleTrainer openEnsemble(
      OnnxModel model, int members, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException, InvalidModelException;
}
