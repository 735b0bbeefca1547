package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.Host;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EngineUnavailableException;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Features;
import dev.caisson.runtime.train.Labels;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.function.Supplier;

/// The engine on PyTorch's native library. Any number of trainers may be open at once, each used by
/// one thread at a time.
public final class PyTorchEngine implements Engine {
  /// PyTorch's number for single precision.
  static final int FLOAT = 6;

  private final Supplier<Host> host;

  public PyTorchEngine() {
    this(Host::ofThis);
  }

  /// The seam for tests of hosts that are not there.
  PyTorchEngine(Supplier<Host> host) {
    this.host = host;
  }

  /// The version of the native library, which is loaded by this if it was not before.
  public String version() {
    return TorchRuntime.version();
  }

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public List<String> lacks(OnnxModel model) {
    return Operations.lacks(model.graph());
  }

  @Override
  public Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException, InvalidModelException {
    if (new Packing(model.layout()).weights().isEmpty()) {
      throw new InvalidModelException(
          "the graph has nothing to train: no float initializer is a weight of a node");
    }
    Operations.requireAll(model.graph());
    Shapes shapes = Shapes.of(model);
    boolean onGpu = options.device() instanceof Device.Cuda;
    options.requireRoom(shapes, onGpu ? 1 : recipe.batchSize()); // a GPU takes batches in pieces
    Features features = Features.of(model.graph(), shapes);
    Labels labels = Labels.of(recipe.loss(), shapes.output().dims());
    TorchProgram program = load(ScriptWriter.write(model, shapes, recipe, FLOAT, onGpu), options);
    try {
      Probe.run(program, model, features, labels);
      return new PyTorchTrainer(
          program, model, recipe, features, labels, shapes.numbers(2) - shapes.numbers(1), onGpu);
    } catch (EngineException e) {
      program.close();
      requireGraphFault(e, options);
      throw new InvalidModelException(
          "the graph does not run%s: %s"
              .formatted(
                  program.nodeOf(e).map(Node::label).map(" at "::concat).orElse(""), reason(e)),
          e);
    } catch (IllegalArgumentException e) {
      throw tooLarge(program, e);
    }
  }

  /// What [TensorScope] says of numbers that do not fit one tensor.
  private static InvalidModelException tooLarge(TorchProgram program, IllegalArgumentException e) {
    program.close();
    return new InvalidModelException(String.valueOf(e.getMessage()), e);
  }

  @Override
  public EnsembleTrainer openEnsemble(
      OnnxModel model, int members, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException, InvalidModelException {
    if (members < 1 || members > 4096) {
      throw new IllegalArgumentException("an ensemble has 1 to 4096 members, got " + members);
    }
    if (recipe.offset()) {
      throw new IllegalArgumentException("an ensemble takes no offset of its gradients");
    }
    if (new Packing(model.layout()).weights().isEmpty()) {
      throw new InvalidModelException("the graph has nothing to train");
    }
    Operations.requireAll(model.graph());
    Shapes shapes = Shapes.of(model);
    options.requireRoom(shapes, (long) recipe.batchSize() * members);
    Labels labels = Labels.of(recipe.loss(), shapes.output().dims());
    Features features = Features.of(model.graph(), shapes);
    TorchProgram program = load(EnsembleWriter.write(model, shapes, recipe, members), options);
    try {
      return new PyTorchEnsemble(program, model, members, recipe, features, labels);
    } catch (EngineException e) {
      program.close();
      requireGraphFault(e, options);
      throw e;
    } catch (IllegalArgumentException e) {
      throw tooLarge(program, e);
    }
  }

  /// A failure of the device says nothing against the graph.
  private static void requireGraphFault(EngineException e, EngineOptions options)
      throws UnsupportedModelException {
    NativeFault fault = NativeFault.of(e);
    if (fault != NativeFault.PROGRAM) {
      throw new EngineUnavailableException(
          "the pytorch engine cannot compute on %s: %s".formatted(options.device(), fault.words(e)),
          e);
    }
  }

  /// The device by the number that CUDA, and so PyTorch, gives it in this process.
  private Device asCudaCounts(Device device) throws UnsupportedModelException {
    return switch (device) {
      case Device.Cpu cpu -> cpu;
      case Device.Cuda cuda -> {
        try {
          yield new Device.Cuda(host.get().ordinal(cuda));
        } catch (DeviceException e) {
          throw new EngineUnavailableException(
              "the pytorch engine cannot compute on %s: %s".formatted(cuda, e.getMessage()), e);
        }
      }
    };
  }

  private TorchProgram load(ScriptWriter.Script script, EngineOptions options)
      throws InvalidModelException, UnsupportedModelException {
    Device device = asCudaCounts(options.device());
    try {
      TorchRuntime.version();
    } catch (EngineException e) {
      throw new EngineUnavailableException(
          "the pytorch engine has no native library: " + e.getMessage(), e);
    }
    try {
      return new TorchProgram(script, DataType.FLOAT32, options.threads(), device);
    } catch (EngineException e) {
      requireGraphFault(e, options);
      throw new InvalidModelException(
          "PyTorch cannot read the program of this graph: " + reason(e), e);
    }
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
