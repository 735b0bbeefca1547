package dev.caisson.runtime.dl4j;

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
import java.util.function.LongSupplier;

/// One model's training: batches go to [Network], gradients to [Stepper]. Rows are taken in the
/// order that the PyTorch engine takes; dropout draws other masks than there.
final class Dl4jTrainer implements Trainer {
  /// Progress is told after so many steps; an interrupt is seen after each.
  private static final int STEPS_PER_REPORT = 32;

  private static final float[] NOTHING = {};
  private static final int MOST_ROWS_PER_SCORING = 1024;

  private final Network network;
  private final ParameterLayout layout;
  private final TrainingRecipe recipe;
  private final Features features;
  private final Labels labels;
  private final StepState state;
  private final int threads;
  private final int rowsPerScoring;
  private Stepper stepper;
  private boolean closed;

  Dl4jTrainer(
      Network network,
      ParameterLayout layout,
      TrainingRecipe recipe,
      Features features,
      Labels labels,
      StepState state,
      int threads,
      float[] initial) {
    this.network = network;
    this.layout = layout;
    this.recipe = recipe;
    this.features = features;
    this.labels = labels;
    this.state = state;
    this.threads = threads;
    this.rowsPerScoring = Math.clamp(recipe.batchSize(), 1, MOST_ROWS_PER_SCORING);
    this.stepper = new Stepper(recipe, layout, initial, NOTHING);
    load(initial);
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
    start(vector, NOTHING);
  }

  @Override
  public void load(float[] vector, float[] offset) {
    layout.requireOffset(offset, recipe.offset());
    start(vector, offset);
  }

  private void start(float[] vector, float[] offset) {
    layout.requireWeights(vector);
    System.arraycopy(vector, 0, state.vector(), 0, vector.length);
    stepper = new Stepper(recipe, layout, vector, offset);
    try (Nd4jRuntime.Turn _ = Nd4jRuntime.turn(threads)) {
      network.refresh();
    }
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
    for (int epoch = 0; epoch < epochs; epoch++) {
      epochSum = epoch(set, epoch, seed, progress);
      sum += epochSum;
    }
    return new TrainingReport(
        sum / set.rows() / epochs,
        epochSum / set.rows(),
        (long) Math.ceilDiv(set.rows(), recipe.batchSize()) * epochs,
        (long) set.rows() * epochs);
  }

  /// One pass over the rows; the sum of their losses.
  private double epoch(TrainingSet set, int epoch, Seed seed, Progress progress)
      throws TrainingException, InterruptedException {
    long[] order = seed.shuffle(set.rows(), 2L * epoch);
    LongSupplier stepSeeds = seed.stream(2L * epoch + 1);
    double sum = 0;
    int done = 0;
    for (int step = 1; done < set.rows(); step++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training was interrupted in epoch " + epoch);
      }
      int count = Math.min(recipe.batchSize(), set.rows() - done);
      state.seed(stepSeeds.getAsLong());
      sum += count * step(set, order, done, count);
      if (!Double.isFinite(sum)) {
        throw new TrainingException(
            "the loss is no longer finite after %,d of %,d rows; a smaller learning rate or scaled features may help"
                .formatted(done, set.rows()));
      }
      done += count;
      if (step % STEPS_PER_REPORT == 0 || done == set.rows()) {
        progress.trained(epoch, done, set.rows(), sum / done);
      }
    }
    return sum;
  }

  /// The loss of a batch, after which the weights have taken a step.
  private double step(TrainingSet set, long[] order, int from, int count) throws TrainingException {
    float[] x = picked(set.x(), set.features(), order, from, count);
    float[] y = picked(set.y(), set.labels(), order, from, count);
    LossGradient loss = new LossGradient(labels);
    state.follows(true);
    try (Nd4jRuntime.Turn _ = Nd4jRuntime.turn(threads)) {
      network.learn(x, count, outputs -> loss.of(outputs, y));
      stepper.step(state.vector(), state.gradient());
      network.refresh();
    } catch (RuntimeException | OutOfMemoryError e) {
      throw failure(e);
    } finally {
      state.follows(false);
    }
    return loss.loss();
  }

  private static float[] picked(float[] table, int width, long[] order, int from, int count) {
    float[] rows = new float[count * width];
    for (int i = 0; i < count; i++) {
      System.arraycopy(table, (int) order[from + i] * width, rows, i * width, width);
    }
    return rows;
  }

  private static TrainingException failure(Throwable error) {
    return new TrainingException("the dl4j engine failed: " + Nd4jRuntime.reason(error), error);
  }

  @Override
  public float[] vector() {
    return state.vector().clone();
  }

  @Override
  public float[] outputs(float[] x, int rows) throws TrainingException {
    int width = features.perRow();
    if (rows < 0 || x.length != (long) rows * width) {
      throw new IllegalArgumentException(
          "%d rows of %d features are %d numbers, got %d"
              .formatted(rows, width, (long) rows * width, x.length));
    }
    float[] scores = new float[Math.multiplyExact(rows, labels.outputs())];
    for (int done = 0; done < rows; done += rowsPerScoring) {
      int count = Math.min(rowsPerScoring, rows - done);
      float[] piece = java.util.Arrays.copyOfRange(x, done * width, (done + count) * width);
      try (Nd4jRuntime.Turn _ = Nd4jRuntime.turn(threads)) {
        float[] part = network.score(piece, count);
        System.arraycopy(part, 0, scores, done * labels.outputs(), part.length);
      } catch (RuntimeException | OutOfMemoryError e) {
        throw failure(e);
      }
    }
    return scores;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      network.close();
    }
  }
}
