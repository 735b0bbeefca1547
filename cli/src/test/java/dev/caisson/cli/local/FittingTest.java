package dev.caisson.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.cli.progress.Progress;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.ParameterLayout;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Schedule;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FittingTest {
  private static final TrainingSet ROWS = new TrainingSet(new float[] {0}, 1, 1, new float[] {0});

  @Test
  void patienceStopsAndBringsBackTheBestWeights() throws Exception {
    Scripted trainer = new Scripted(5, 3, 2, 4, 4, 1);
    Fitting.Fitted fitted = run(trainer, 6, 2, Optional.of(ROWS));
    assertThat(fitted.epochs()).hasSize(5); // the sixth would have been better: it is not reached
    assertThat(fitted.kept()).isEqualTo(3);
    assertThat(trainer.vector()).containsExactly(2);
  }

  @Test
  void withoutPatienceAllEpochsRunAndTheLastWeightsStay() throws Exception {
    Scripted trainer = new Scripted(5, 3, 2, 4);
    Fitting.Fitted fitted = run(trainer, 4, 0, Optional.of(ROWS));
    assertThat(fitted.kept()).isEqualTo(4);
    assertThat(trainer.vector()).containsExactly(4);
    assertThat(fitted.epochs().get(1).validation().orElseThrow().loss()).isEqualTo(9);
  }

  @Test
  void withoutRowsToJudgeByNothingIsJudged() throws Exception {
    Fitting.Fitted fitted = run(new Scripted(1), 1, 0, Optional.empty());
    assertThat(fitted.epochs().getFirst().validation()).isEmpty();
  }

  @Test
  void everyEpochHasAnOrderOfItsOwn() throws Exception {
    Scripted trainer = new Scripted(5, 4, 3);
    run(trainer, 3, 0, Optional.empty());
    assertThat(trainer.seeds).containsExactly(new Seed(9, 1), new Seed(9, 2), new Seed(9, 3));
  }

  /// Progress is silent, as with `--json`: the notices come with the result.
  @Test
  void whatTheEngineNoticesComesWithTheResultOnce() throws Exception {
    Scripted trainer = new Scripted(5, 4, 3);
    trainer.notice = Optional.of("a batch of 16 rows is taken in pieces of 8");
    assertThat(run(trainer, 3, 0, Optional.empty()).notices())
        .containsExactly("a batch of 16 rows is taken in pieces of 8");
    assertThat(run(new Scripted(1), 1, 0, Optional.empty()).notices()).isEmpty();
  }

  @Test
  void brokenTrainingSaysInWhichEpoch() {
    Scripted trainer = new Scripted(5, Float.NaN);
    assertThatThrownBy(() -> run(trainer, 3, 0, Optional.empty()))
        .isInstanceOf(TrainingException.class)
        .hasMessage("epoch 2: broken");
  }

  /// The engine counts steps from epoch to epoch: after a first epoch at the full rate, a decay to
  /// next to nothing keeps the weights where they are.
  @Test
  void scheduleRunsOverAllEpochs() throws Exception {
    TrainingSet rows =
        new TrainingSet(
            new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 8, 1, new float[] {1, 3, 2, 5, 4, 6, 8, 7});
    float[] once = trained(rows, 1, new Schedule.Decay(4, 1e-12));
    assertThat(trained(rows, 3, new Schedule.Decay(4, 1e-12))).isEqualTo(once);
    assertThat(trained(rows, 3, Schedule.constant())).isNotEqualTo(once);
  }

  private static float[] trained(TrainingSet rows, int epochs, Schedule schedule) throws Exception {
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.01, 2)
            .withSchedule(schedule);
    try (Trainer trainer =
        new PyTorchEngine()
            .open(ModelSpec.logistic(1, 1, 5).build(), recipe, EngineOptions.DEFAULT)) {
      new Fitting(trainer, Loss.MEAN_SQUARED_ERROR, rows, Optional.empty())
          .run(epochs, 0, 9, Progress.onStderr("epoch", true));
      return trainer.vector();
    }
  }

  private static Fitting.Fitted run(
      Trainer trainer, int epochs, int patience, Optional<TrainingSet> judges) throws Exception {
    return new Fitting(trainer, Loss.MEAN_SQUARED_ERROR, ROWS, judges)
        .run(epochs, patience, 9, Progress.onStderr("epoch", true));
  }

  /// Has one weight, which is its output; each epoch sets it to the next of a list. The label is 0,
  /// so its square is the loss.
  private static final class Scripted implements Trainer {
    private final float[] weights;
    private final List<Seed> seeds = new ArrayList<>();
    private float weight;
    private Optional<String> notice = Optional.empty();

    Scripted(float... weights) {
      this.weights = weights;
    }

    @Override
    public ParameterLayout layout() {
      throw new AssertionError("not asked for");
    }

    @Override
    public int features() {
      return 1;
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public int labels() {
      return 1;
    }

    @Override
    public void load(float[] vector) {
      weight = vector[0];
    }

    @Override
    public void load(float[] vector, float[] offset) {
      load(vector);
    }

    @Override
    public TrainingReport train(
        TrainingSet set, int epochs, Seed seed, dev.caisson.runtime.train.Progress progress)
        throws TrainingException {
      weight = weights[seeds.size()];
      if (Float.isNaN(weight)) {
        throw new TrainingException("broken");
      }
      seeds.add(seed);
      notice.ifPresent(progress::notice);
      return new TrainingReport(weight, weight, 1, 1);
    }

    @Override
    public float[] vector() {
      return new float[] {weight};
    }

    @Override
    public float[] outputs(float[] x, int rows) {
      float[] outputs = new float[rows];
      Arrays.fill(outputs, weight);
      return outputs;
    }

    @Override
    public void close() {}
  }
}
