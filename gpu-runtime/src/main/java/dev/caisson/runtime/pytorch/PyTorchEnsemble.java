package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Features;
import dev.caisson.runtime.train.Labels;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Many models' training state in native memory, one row of each tensor for each member.
final class PyTorchEnsemble implements EnsembleTrainer {
  private final TorchProgram program;
  private final ParameterLayout layout;
  private final int members;
  private final Features features;
  private final Labels labels;
  private final TrainingState state;

  PyTorchEnsemble(
      TorchProgram program,
      OnnxModel model,
      int members,
      TrainingRecipe recipe,
      Features features,
      Labels labels) {
    this.program = program;
    this.layout = model.layout();
    this.members = members;
    this.features = features;
    this.labels = labels;
    this.state = new TrainingState(program, recipe);
    load(Collections.nCopies(members, model.initialVector()));
  }

  @Override
  public ParameterLayout layout() {
    return layout;
  }

  @Override
  public int members() {
    return members;
  }

  @Override
  public void load(List<float[]> vectors) {
    requireOneEach("vectors", vectors.size());
    int length = layout.length();
    float[] all = new float[Math.multiplyExact(members, length)];
    for (int member = 0; member < members; member++) {
      layout.requireLength(vectors.get(member));
      System.arraycopy(vectors.get(member), 0, all, member * length, length);
    }
    state.load(all, new Shape(members, length), new float[0]);
  }

  private void requireOneEach(String what, int count) {
    if (count != members) {
      throw new IllegalArgumentException(
          "the ensemble has %d members, got %d %s".formatted(members, count, what));
    }
  }

  @Override
  public double[] train(
      TrainingSet set, List<int[]> rows, List<Seed> seeds, int epochs, Progress progress)
      throws TrainingException, InterruptedException {
    requireOneEach("lists of rows", rows.size());
    requireOneEach("seeds", seeds.size());
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be 1 or more, got " + epochs);
    }
    features.check(set);
    labels.check(set);
    requireRows(set, rows);
    double[] means = new double[members];
    try (TensorScope table = program.scope()) {
      Map<Slot, NDArray> slots = state.slots();
      slots.put(Slot.X, table.reals(set.x(), new Shape(set.rows(), set.features())));
      slots.put(Slot.Y, LabelTensor.of(labels, table, set.y(), set.rows()));
      for (int epoch = 0; epoch < epochs; epoch++) {
        means = epoch(slots, rows, seeds, epoch, progress);
      }
    } catch (EngineException e) {
      throw new TrainingException("the pytorch engine failed: " + NativeFault.of(e).words(e), e);
    }
    return means;
  }

  private static void requireRows(TrainingSet set, List<int[]> rows) {
    int count = rows.getFirst().length;
    for (int[] own : rows) {
      if (own.length != count || count == 0) {
        throw new IllegalArgumentException(
            "members need the same number of rows, 1 or more; got %d and %d"
                .formatted(count, own.length));
      }
      for (int row : own) {
        if (row < 0 || row >= set.rows()) {
          throw new IllegalArgumentException(
              "row %d does not exist among %d".formatted(row, set.rows()));
        }
      }
    }
  }

  /// One pass of each member over its rows; the mean loss of each.
  private double[] epoch(
      Map<Slot, NDArray> slots, List<int[]> rows, List<Seed> seeds, int epoch, Progress progress)
      throws TrainingException, InterruptedException {
    int count = rows.getFirst().length;
    List<long[]> orders = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      long[] order = seeds.get(member).shuffle(count, 2L * epoch);
      int[] own = rows.get(member);
      orders.add(Arrays.stream(order).map(i -> own[(int) i]).toArray());
    }
    LongSupplier stepSeeds = seeds.getFirst().stream(2L * epoch + 1);
    double[] sums = new double[members];
    int done = 0;
    while (done < count) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training was interrupted in epoch " + epoch);
      }
      int size = state.rowsPerCall(count - done);
      float[] losses =
          state.steps(slots, picked(orders, done, size), new Shape(members, size), size, stepSeeds);
      for (int i = 0; i < losses.length; i++) {
        sums[i % members] += (double) losses[i] * state.rowsOf(i / members, size);
      }
      done += size;
      double total = Arrays.stream(sums).sum();
      if (!Double.isFinite(total)) {
        throw new TrainingException(
            "the loss of a member is no longer finite in epoch %d; a smaller learning rate or scaled features may help"
                .formatted(epoch));
      }
      progress.trained(epoch, done, count, total / done / members);
    }
    return Arrays.stream(sums).map(sum -> sum / count).toArray();
  }

  private long[] picked(List<long[]> orders, int from, int size) {
    long[] picked = new long[Math.multiplyExact(members, size)];
    for (int member = 0; member < members; member++) {
      System.arraycopy(orders.get(member), from, picked, member * size, size);
    }
    return picked;
  }

  @Override
  public List<float[]> vectors() {
    float[] all = TensorScope.floats(state.tensor(Slot.WEIGHTS));
    List<float[]> vectors = new ArrayList<>();
    for (int member = 0; member < members; member++) {
      vectors.add(
          Arrays.copyOfRange(all, member * layout.length(), (member + 1) * layout.length()));
    }
    return vectors;
  }

  @Override
  public void close() {
    state.close();
    program.close();
  }
}
