package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongSupplier;

/// One model's training state in native memory, and the loop that feeds [TorchProgram].
final class PyTorchTrainer implements Trainer {
  /// Steps per native call: enough to hide the call, few enough to be interrupted soon.
  private static final int STEPS_PER_CALL = 32;

  private static final int ROWS_PER_SCORING = 4096;

  private final TorchProgram program;
  private final ParameterLayout layout;
  private final TrainingRecipe recipe;
  private final int features;
  private final int outputs;
  private final Map<Slot, NDArray> state = TorchProgram.slots();
  private NDManager owner;

  PyTorchTrainer(
      TorchProgram program, OnnxModel model, TrainingRecipe recipe, int features, int outputs) {
    this.program = program;
    this.layout = model.layout();
    this.recipe = recipe;
    this.features = features;
    this.outputs = outputs;
    this.owner = program.manager().newSubManager();
    load(model.initialVector());
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public int features() {
    return features;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public void load(float[] vector) {
    layout.requireLength(vector);
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            "weights must be finite, position %d of the vector is %s".formatted(i, vector[i]));
      }
    }
    owner.close();
    owner = program.manager().newSubManager();
    Shape flat = new Shape(vector.length);
    state.put(Slot.VECTOR, program.reals(owner, vector, flat));
    state.put(Slot.ANCHOR, program.reals(owner, vector, flat));
    state.put(Slot.FIRST_MOMENT, program.zeros(owner, vector.length));
    state.put(Slot.SECOND_MOMENT, program.zeros(owner, vector.length));
    state.put(Slot.STEPS, program.wholes(owner, new long[1]));
  }

  @Override
  public TrainingReport train(TrainingSet set, int epochs, Seed seed, Progress progress)
      throws TrainingException, InterruptedException {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be 1 or more, got " + epochs);
    }
    if (set.features() != features) {
      throw new IllegalArgumentException(
          "the model takes %d features, the rows have %d".formatted(features, set.features()));
    }
    Labels.check(recipe.loss(), set, outputs);
    double sum = 0;
    double epochSum = 0;
    try (NDManager rows = program.manager().newSubManager()) {
      Map<Slot, NDArray> slots = TorchProgram.slots();
      slots.putAll(state);
      slots.put(Slot.X, program.reals(rows, set.x(), new Shape(set.rows(), features)));
      slots.put(Slot.Y, Labels.tensor(program, rows, recipe.loss(), set.y(), set.rows(), outputs));
      for (int epoch = 0; epoch < epochs; epoch++) {
        epochSum = epoch(slots, set.rows(), epoch, seed, progress);
        sum += epochSum;
      }
    } catch (EngineException e) {
      throw failure(e);
    }
    long stepsPerEpoch = Math.ceilDiv(set.rows(), recipe.batchSize());
    return new TrainingReport(
        sum / set.rows() / epochs,
        epochSum / set.rows(),
        stepsPerEpoch * epochs,
        (long) set.rows() * epochs);
  }

  /// One pass over the rows; the sum of their losses.
  private double epoch(Map<Slot, NDArray> slots, int rows, int epoch, Seed seed, Progress progress)
      throws TrainingException, InterruptedException {
    long[] order = seed.shuffle(rows, 2L * epoch);
    LongSupplier stepSeeds = seed.stream(2L * epoch + 1);
    int rowsPerCall = (int) Math.min(rows, (long) STEPS_PER_CALL * recipe.batchSize());
    double sum = 0;
    for (int done = 0; done < rows; done += rowsPerCall) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training was interrupted in epoch " + epoch);
      }
      int count = Math.min(rowsPerCall, rows - done);
      sum += steps(slots, Arrays.copyOfRange(order, done, done + count), stepSeeds);
      if (!Double.isFinite(sum)) {
        throw new TrainingException(
            "the loss is no longer finite in epoch %d; a smaller learning rate or scaled features may help"
                .formatted(epoch));
      }
      progress.trained(epoch, done + count, rows, sum / (done + count));
    }
    return sum;
  }

  private double steps(Map<Slot, NDArray> slots, long[] order, LongSupplier stepSeeds) {
    long[] seeds = new long[Math.ceilDiv(order.length, recipe.batchSize())];
    for (int i = 0; i < seeds.length; i++) {
      // PyTorch's CPU generator uses 32 bits of a seed; room is left for the uses within a step.
      seeds[i] = stepSeeds.getAsLong() >>> 33;
    }
    try (NDManager call = program.manager().newSubManager()) {
      slots.put(Slot.ORDER, program.wholes(call, order));
      slots.put(Slot.SEEDS, program.wholes(call, seeds));
      try (NDList result = program.run("forward", slots)) {
        return result.head().getDouble();
      }
    }
  }

  @Override
  public float[] vector() {
    return vectorTensor().toFloatArray();
  }

  @Override
  public float[] outputs(float[] x, int rows) throws TrainingException {
    if (rows < 0 || x.length != (long) rows * features) {
      throw new IllegalArgumentException(
          "%d rows of %d features are %d numbers, got %d"
              .formatted(rows, features, (long) rows * features, x.length));
    }
    float[] scores = new float[Math.multiplyExact(rows, outputs)];
    Map<Slot, NDArray> slots = TorchProgram.slots();
    slots.put(Slot.VECTOR, vectorTensor());
    for (int done = 0; done < rows; done += ROWS_PER_SCORING) {
      int count = Math.min(ROWS_PER_SCORING, rows - done);
      float[] piece = Arrays.copyOfRange(x, done * features, (done + count) * features);
      try (NDManager call = program.manager().newSubManager()) {
        slots.put(Slot.X, program.reals(call, piece, new Shape(count, features)));
        try (NDList result = program.run("score", slots)) {
          float[] part = result.head().toFloatArray();
          System.arraycopy(part, 0, scores, done * outputs, part.length);
        }
      } catch (EngineException e) {
        throw failure(e);
      }
    }
    return scores;
  }

  private NDArray vectorTensor() {
    NDArray vector = state.get(Slot.VECTOR);
    if (vector == null) {
      throw new IllegalStateException("the constructor loads a vector");
    }
    return vector;
  }

  private TrainingException failure(EngineException e) {
    return new TrainingException(
        "the pytorch engine failed%s: %s"
            .formatted(
                program.nodeOf(e).map(Node::label).map(" at "::concat).orElse(""),
                PyTorchEngine.reason(e)),
        e);
  }

  @Override
  public void close() {
    owner.close();
    program.close();
  }
}
