package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.train.Features;
import dev.caisson.runtime.train.Labels;
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
import java.util.stream.LongStream;

/// One model's training state in native memory, and the loop that feeds [TorchProgram].
final class PyTorchTrainer implements Trainer {
  /// Values between input and output, of all rows that are scored together: 1 GiB.
  private static final long MOST_VALUES_PER_SCORING = 1 << 28;

  private final TorchProgram program;
  private final ParameterLayout layout;
  private final Packing packing;
  private final TrainingRecipe recipe;
  private final Features features;
  private final Labels labels;
  private final TrainingState state;
  private final long valuesPerRow;
  private final int scoringRows;
  private Room room;

  PyTorchTrainer(
      TorchProgram program,
      OnnxModel model,
      TrainingRecipe recipe,
      Features features,
      Labels labels,
      long valuesPerRow,
      boolean onGpu) {
    this.valuesPerRow = valuesPerRow;
    this.scoringRows = onGpu ? 1 << 16 : 1 << 12;
    this.room = onGpu ? new Room(this::tryRows) : Room.ENOUGH;
    this.program = program;
    this.layout = model.layout();
    this.packing = new Packing(layout);
    this.recipe = recipe;
    this.features = features;
    this.labels = labels;
    this.state = new TrainingState(program, recipe);
    load(model.initialVector());
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public int features() {
    return features.perRow();
  }

  @Override
  public int outputs() {
    return labels.outputs();
  }

  @Override
  public int labels() {
    return labels.perRow();
  }

  @Override
  public void load(float[] vector) {
    layout.requireWeights(vector);
    float[] weights = Packing.take(packing.weights(), vector);
    state.load(weights, new Shape(weights.length), Packing.take(packing.statistics(), vector));
  }

  @Override
  public void load(float[] vector, float[] offset) {
    layout.requireWeights(vector);
    layout.requireOffset(offset, recipe.offset());
    float[] weights = Packing.take(packing.weights(), vector);
    state.load(
        weights,
        new Shape(weights.length),
        Packing.take(packing.statistics(), vector),
        Packing.take(packing.weights(), offset));
  }

  @Override
  public TrainingReport train(TrainingSet set, int epochs, Seed seed, Progress progress)
      throws TrainingException, InterruptedException {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be 1 or more, got " + epochs);
    }
    features.check(set);
    labels.check(set);
    double sum = 0;
    double epochSum = 0;
    try (TensorScope rows = program.scope()) {
      Map<Slot, NDArray> slots = state.slots();
      slots.put(Slot.X, rows.reals(set.x(), new Shape(set.rows(), set.features())));
      slots.put(Slot.Y, LabelTensor.of(labels, rows, set.y(), set.rows()));
      state.inPieces(room.rows(Math.min(recipe.batchSize(), set.rows()), slots, progress));
      slots.put(Slot.PIECE, state.tensor(Slot.PIECE));
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
    double sum = 0;
    int done = 0;
    while (done < rows) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training was interrupted in epoch " + epoch);
      }
      int count = state.rowsPerCall(rows - done);
      long[] picked = Arrays.copyOfRange(order, done, done + count);
      float[] losses = state.steps(slots, picked, new Shape(count), count, stepSeeds);
      for (int i = 0; i < losses.length; i++) {
        sum += (double) losses[i] * state.rowsOf(i, count);
      }
      if (!Double.isFinite(sum)) {
        throw new TrainingException(
            "the loss is no longer finite after %,d of %,d rows; a smaller learning rate or scaled features may help"
                .formatted(done, rows));
      }
      done += count;
      progress.trained(epoch, done, rows, sum / done);
    }
    return sum;
  }

  @Override
  public float[] vector() {
    float[] vector = new float[layout.length()];
    Packing.put(packing.weights(), TensorScope.floats(state.tensor(Slot.WEIGHTS)), vector);
    if (!packing.statistics().isEmpty()) {
      Packing.put(packing.statistics(), TensorScope.floats(state.tensor(Slot.STATISTICS)), vector);
    }
    return vector;
  }

  @Override
  public float[] outputs(float[] x, int rows) throws TrainingException {
    int width = features.perRow();
    if (rows < 0 || x.length != (long) rows * width) {
      throw new IllegalArgumentException(
          "%d rows of %d features are %d numbers, got %d"
              .formatted(rows, width, (long) rows * width, x.length));
    }
    int outputs = labels.outputs();
    float[] scores = new float[Math.multiplyExact(rows, outputs)];
    int rowsPerCall =
        (int)
            Math.clamp(
                Math.min(
                    (scoringRows << 8) / Math.max(width, outputs),
                    MOST_VALUES_PER_SCORING / Math.max(1, valuesPerRow)),
                1L,
                scoringRows);
    Map<Slot, NDArray> slots = TorchProgram.slots();
    slots.put(Slot.WEIGHTS, state.tensor(Slot.WEIGHTS));
    slots.put(Slot.STATISTICS, state.tensor(Slot.STATISTICS));
    for (int done = 0; done < rows; done += rowsPerCall) {
      int count = Math.min(rowsPerCall, rows - done);
      float[] piece = Arrays.copyOfRange(x, done * width, (done + count) * width);
      try (TensorScope call = program.scope()) {
        slots.put(Slot.X, call.reals(piece, new Shape(count, width)));
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

  /// One step's work for so many rows, without its effect.
  private void tryRows(Map<Slot, NDArray> slots, int rows) {
    try (TensorScope call = program.scope()) {
      Map<Slot, NDArray> tried = TorchProgram.slots();
      tried.putAll(slots);
      tried.put(Slot.ORDER, call.wholes(LongStream.range(0, rows).toArray()));
      program.run("trial", tried).close();
    }
  }

  /// As on a device on which so many rows fit and no more; a test's.
  void pretendRoomFor(int rows) {
    room =
        new Room(
            (slots, tried) -> {
              if (tried > rows) {
                throw new EngineException("CUDA out of memory. Tried to allocate 1 GiB");
              }
              tryRows(slots, tried);
            });
  }

  private TrainingException failure(EngineException e) {
    return new TrainingException(
        "the pytorch engine failed%s: %s"
            .formatted(
                program.nodeOf(e).map(Node::label).map(" at "::concat).orElse(""),
                NativeFault.of(e).words(e)),
        e);
  }

  @Override
  public void close() {
    state.close();
    program.close();
  }
}
