package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.EngineKind;
import dev.caisson.runtime.device.Fitness;
import dev.caisson.runtime.device.Host;
import dev.caisson.runtime.onnx.InvalidModelException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// The engine on DL4J and ND4J's native library. Any number of trainers may be open at once, each
/// used by one thread at a time; on the processor, those with different thread counts take turns.
///
/// All trainers of a process compute on one device, that of the first: another is refused. On a GPU
/// a batch that does not fit is refused, not taken in pieces. **Not verified:** a GPU; that code
/// has run on no card yet.
public final class Dl4jEngine implements Engine {
  /// A dry run, like a step of the PyTorch engine's probe, takes two rows.
  private static final int ROWS = 2;

  private final Supplier<Host> host;

  public Dl4jEngine() {
    this(Host::ofThis);
  }

  /// The seam for tests of hosts that are not there.
  Dl4jEngine(Supplier<Host> host) {
    this.host = host;
  }

  /// The version of the library; nothing is loaded for it.
  public String version() {
    return Nd4jRuntime.version();
  }

  @Override
  public String name() {
    return "dl4j";
  }

  /// The operations on numbers that depend on the rows, by their ONNX names; some with settings
  /// that [#open] refuses.
  public static Set<String> operations() {
    return Operations.names();
  }

  @Override
  public List<String> lacks(OnnxModel model) {
    return Operations.lacks(model.graph());
  }

  @Override
  public Trainer open(OnnxModel model, TrainingRecipe recipe, EngineOptions options)
      throws UnsupportedModelException, InvalidModelException {
    int ordinal = ordinal(options.device());
    if (new Packing(model.layout()).weights().isEmpty()) {
      throw new InvalidModelException(
          "the graph has nothing to train: no float initializer is a weight of a node");
    }
    Operations.requireAll(model.graph());
    Shapes shapes = Shapes.of(model);
    options.requireRoom(shapes, recipe.batchSize());
    Features features = Features.of(model.graph(), shapes);
    Labels labels = Labels.of(recipe.loss(), shapes.output().dims());
    try {
      Nd4jRuntime.load(options.device(), ordinal);
    } catch (DeviceException e) {
      throw unavailable(options.device(), String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | LinkageError e) {
      throw new EngineUnavailableException(
          "the dl4j engine has no native library: " + Nd4jRuntime.deepest(e), e);
    }
    Network network = null;
    boolean opened = false;
    try (Nd4jRuntime.Turn _ = Nd4jRuntime.turn(options.threads())) {
      StepState state = new StepState(model.layout().length());
      network = new Network(GraphMapper.map(model, shapes, state), features, state);
      Dl4jTrainer trainer =
          new Dl4jTrainer(
              network,
              model.layout(),
              recipe,
              features,
              labels,
              state,
              options.threads(),
              model.initialVector());
      probe(network, features, labels);
      opened = true;
      return trainer;
    } catch (RuntimeException | OutOfMemoryError e) {
      if (options.device() instanceof Device.Cuda cuda) { // says nothing against the graph
        throw unavailable(cuda, Nd4jRuntime.reason(e), e);
      }
      throw new InvalidModelException("the graph does not run: " + Nd4jRuntime.reason(e), e);
    } finally {
      if (!opened && network != null) {
        network.close();
      }
    }
  }

  /// CUDA's number of a card on which the engine can run; of the processor it means nothing.
  private int ordinal(Device device) throws UnsupportedModelException {
    return switch (device) {
      case Device.Cpu _ -> 0;
      case Device.Cuda cuda -> {
        Host now = host.get();
        try {
          int ordinal = now.ordinal(cuda);
          yield switch (now.fitness(EngineKind.DL4J, cuda)) {
            case Fitness.Runs _ -> ordinal;
            case Fitness.CannotRun(String reason) -> throw new DeviceException(reason);
          };
        } catch (DeviceException e) {
          throw unavailable(cuda, String.valueOf(e.getMessage()), e);
        }
      }
    };
  }

  private static EngineUnavailableException unavailable(
      Device device, String reason, Throwable cause) {
    return new EngineUnavailableException(
        "the dl4j engine cannot compute on %s: %s".formatted(device, reason), cause);
  }

  /// A gradient for two rows of zeros before a trainer is handed out: what was not foreseen shows
  /// here and not in the middle of a round. Changes nothing.
  private static void probe(Network network, Features features, Labels labels) {
    float[] y = new float[ROWS * labels.perRow()];
    LossGradient loss = new LossGradient(labels);
    network.learn(
        new float[ROWS * features.perRow()],
        ROWS,
        outputs -> {
          if (outputs.length != ROWS * labels.outputs()) {
            throw new IllegalStateException(
                "%d outputs for %d rows, foreseen were %d a row"
                    .formatted(outputs.length, ROWS, labels.outputs()));
          }
          return loss.of(outputs, y);
        });
  }

  /// One after the other, each exactly as a trainer of its own; no faster than that.
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
    List<Trainer> trainers = new ArrayList<>();
    boolean opened = false;
    try {
      for (int i = 0; i < members; i++) {
        trainers.add(open(model, recipe, options));
      }
      opened = true;
      return new OneByOne(trainers);
    } finally {
      if (!opened) {
        trainers.forEach(Trainer::close);
      }
    }
  }
}
