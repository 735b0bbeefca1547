package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.ValueInfo;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.stream.Collectors;

/// The engine on PyTorch's native library. Any number of trainers may be open at once, each used by
/// one thread at a time.
public final class PyTorchEngine implements Engine {
  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException, InvalidModelException {
    int features = features(model.graph().inputs());
    if (model.layout().length() == 0) {
      throw new InvalidModelException(
          "the graph has nothing to train: no float initializer is a weight of a node");
    }
    ScriptWriter.Script script = ScriptWriter.write(model, recipe);
    TorchProgram program = load(script, options);
    try {
      int outputs = Probe.outputs(program, model, features, recipe.loss());
      return new PyTorchTrainer(program, model, recipe, features, outputs);
    } catch (EngineException e) {
      program.close();
      throw new InvalidModelException(
          "the graph does not run%s: %s"
              .formatted(
                  program.nodeOf(e).map(Node::label).map(" at "::concat).orElse(""), reason(e)),
          e);
    } catch (InvalidModelException | UnsupportedModelException e) {
      program.close();
      throw e;
    }
  }

  private static TorchProgram load(ScriptWriter.Script script, EngineOptions options)
      throws InvalidModelException {
    try {
      return new TorchProgram(script, DataType.FLOAT32, options.threads());
    } catch (EngineException e) {
      throw new InvalidModelException(
          "PyTorch cannot read the program of this graph: " + reason(e), e);
    }
  }

  private static int features(List<ValueInfo> inputs) throws UnsupportedModelException {
    if (inputs.size() != 1) {
      throw new UnsupportedModelException(
          "the pytorch engine trains graphs of one input, this one has "
              + inputs.stream().map(ValueInfo::name).collect(Collectors.joining(", ", "[", "]")));
    }
    ValueInfo input = inputs.getFirst();
    if (input.shape().rank() != 2
        || input.shape().dimension(1) < 1
        || input.shape().dimension(1) > 1 << 20) {
      throw new UnsupportedModelException(
          "the pytorch engine trains on rows of features; input '%s' has shape %s"
              .formatted(input.name(), input.shape()));
    }
    return (int) input.shape().dimension(1);
  }

  /// The line of PyTorch's message that says what is wrong.
  static String reason(EngineException error) {
    return String.valueOf(error.getMessage())
        .lines()
        .filter(line -> line.startsWith("RuntimeError:"))
        .map(line -> line.substring("RuntimeError:".length()).strip())
        .findFirst()
        .orElseGet(() -> String.valueOf(error.getMessage()).lines().findFirst().orElse(""));
  }
}
