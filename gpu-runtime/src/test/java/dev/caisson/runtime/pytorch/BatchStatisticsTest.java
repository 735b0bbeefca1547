package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// The running statistics of BatchNormalization, against the batch's own numbers.
class BatchStatisticsTest {
  private static final int CHANNELS = 3;
  private static final Seed SEED = new Seed(3, 1);

  /// A few hundred roundings of float.
  private static final float TOLERANCE = 1e-5f;

  @Test
  void aStepMovesThemTowardsTheBatch() throws Exception {
    movedTowardsTheBatch(model(1, 0.9f), 8, 1, 0.1);
  }

  @Test
  void theyCountEveryPixelAndTheMomentumIsWhatIsKept() throws Exception {
    movedTowardsTheBatch(model(4, 0.7f), 5, 4, 0.3);
  }

  @Test
  void aSingleRowWithPixelsHasStatisticsOfItsOwn() throws Exception {
    movedTowardsTheBatch(model(4, 0.9f), 1, 4, 0.1);
  }

  private static void movedTowardsTheBatch(OnnxModel model, int rows, int pixels, double pace)
      throws Exception {
    float[] x = Rows.gaussians(rows * CHANNELS * pixels, 5);
    try (Trainer trainer = open(model, rows)) {
      float[] before = trainer.vector();
      trainer.train(set(x, rows, pixels), 1, SEED, Progress.NONE);
      float[] after = trainer.vector();

      for (int channel = 0; channel < CHANNELS; channel++) {
        double sum = 0;
        double squares = 0;
        for (int row = 0; row < rows; row++) {
          for (int pixel = 0; pixel < pixels; pixel++) {
            double value = x[(row * CHANNELS + channel) * pixels + pixel];
            sum += value;
            squares += value * value;
          }
        }
        int count = rows * pixels;
        double mean = sum / count;
        double variance = (squares - sum * mean) / (count - 1);
        int means = offset(trainer, "bn.mean") + channel;
        int variances = offset(trainer, "bn.var") + channel;
        assertThat(after[means])
            .isCloseTo((float) ((1 - pace) * before[means] + pace * mean), within());
        assertThat(after[variances])
            .isCloseTo((float) ((1 - pace) * before[variances] + pace * variance), within());
      }
    }
  }

  @Test
  void oneRowIsNormalisedByTheRunningOnesAndLeavesThemAlone() throws Exception {
    float[] x = Rows.gaussians(CHANNELS, 5);
    try (Trainer trainer = open(model(1, 0.9f), 4)) {
      float[] before = trainer.vector();
      float[] outputs = trainer.outputs(x, 1);
      TrainingReport report = trainer.train(set(x, 1, 1), 1, SEED, Progress.NONE);

      double loss = 0;
      for (float output : outputs) {
        loss += output * output / outputs.length;
      }
      assertThat(report.meanLoss()).isCloseTo(loss, Offset.offset(1e-5));
      assertThat(statistics(trainer, trainer.vector())).isEqualTo(statistics(trainer, before));
      assertThat(trainer.vector()).isNotEqualTo(before);
    }
  }

  @Test
  void anEpochWhoseLastBatchIsOneRowMovesThemOnceForEachOtherBatch() throws Exception {
    int rows = 5;
    float[] x = Rows.gaussians(rows * CHANNELS, 5);
    // A row of ones in every place, so that the order does not matter.
    Arrays.fill(x, 1);
    try (Trainer trainer = open(model(1, 0.9f), 2)) {
      float[] before = trainer.vector();
      trainer.train(set(x, rows, 1), 1, SEED, Progress.NONE);
      int mean = offset(trainer, "bn.mean");

      assertThat(trainer.vector()[mean]).isCloseTo((float) (0.81 * before[mean] + 0.19), within());
    }
  }

  @Test
  void scoringNeverMovesThem() throws Exception {
    try (Trainer trainer = open(model(4, 0.9f), 4)) {
      float[] before = trainer.vector();
      trainer.outputs(Rows.gaussians(9 * CHANNELS * 4, 5), 9);

      assertThat(trainer.vector()).isEqualTo(before);
    }
  }

  /// BatchNormalization of the features themselves.
  private static OnnxModel model(int pixels, float momentum) throws Exception {
    return new Graphs()
        .wholes("shape", pixels == 1 ? new long[] {-1, CHANNELS} : new long[] {-1, CHANNELS, 2, 2})
        .node("Reshape", "in", List.of("x", "shape"))
        .weight("bn.weight", CHANNELS)
        .weight("bn.bias", CHANNELS)
        .weight("bn.mean", CHANNELS)
        .positive("bn.var", CHANNELS)
        .node(
            "BatchNormalization",
            "out",
            List.of("in", "bn.weight", "bn.bias", "bn.mean", "bn.var"),
            Map.of("momentum", new Attribute.Real(momentum)))
        .model(CHANNELS * pixels);
  }

  private static Trainer open(OnnxModel model, int batch) throws Exception {
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.01, batch);
    return new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT);
  }

  /// Every label is 0.
  private static TrainingSet set(float[] x, int rows, int pixels) {
    int numbers = CHANNELS * pixels;
    return new TrainingSet(x, rows, numbers, new float[rows * numbers]);
  }

  private static int offset(Trainer trainer, String name) {
    return trainer.layout().parameters().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow()
        .offset();
  }

  private static float[] statistics(Trainer trainer, float[] vector) {
    int from = offset(trainer, "bn.mean");
    return Arrays.copyOfRange(vector, from, from + 2 * CHANNELS);
  }

  private static Offset<Float> within() {
    return Offset.offset(TOLERANCE);
  }
}
