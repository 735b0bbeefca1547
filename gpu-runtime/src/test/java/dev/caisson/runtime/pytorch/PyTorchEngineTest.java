package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.build.Activation;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.score.Scorer;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PyTorchEngineTest {
  private static final Seed SEED = new Seed(7, 1);
  private static final TrainingRecipe RECIPE =
      new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, Optimiser.adam(), 0.02, 32);

  @Test
  void learnsWhatALinearModelCannotAndTheFileGivesTheTrainedOutputs() throws Exception {
    OnnxModel model = ModelSpec.mlp(2, List.of(16), 1, 5).build();
    TrainingSet set = Rows.exclusiveOr(300, 1);
    try (Trainer trainer = open(model, RECIPE)) {
      TrainingReport report = trainer.train(set, 60, SEED, Progress.NONE);

      assertThat(report.lastEpochLoss()).isLessThan(0.05);
      assertThat(report.meanLoss()).isGreaterThan(report.lastEpochLoss());
      assertThat(report.steps()).isEqualTo(60 * 10);
      assertThat(report.rows()).isEqualTo(60 * 300);

      OnnxModel trained = OnnxModel.parse(model.withVector(trainer.vector()).bytes());
      try (Scorer scorer = Scorer.open(trained, 1)) {
        float[] logits = scorer.logits(set.x(), set.rows());
        for (int i = 0; i < set.rows(); i++) {
          assertThat(logits[i] > 0).isEqualTo(set.y()[i] == 1);
        }
        double loss = 0;
        for (int i = 0; i < set.rows(); i++) {
          loss += Math.log1p(Math.exp(set.y()[i] == 1 ? -logits[i] : logits[i])) / set.rows();
        }
        assertThat(loss).isLessThan(report.lastEpochLoss() + 0.01);
      }
    }
  }

  @Test
  void trainingTwiceIsBitEqualAndAnotherRoundIsNot() throws Exception {
    OnnxModel model = new ModelSpec(2, List.of(16, 8), 1, Activation.TANH, 0.25, 5).build();
    float[] once = trained(model, SEED);

    assertThat(trained(model, SEED)).isEqualTo(once);
    assertThat(trained(model, new Seed(7, 2))).isNotEqualTo(once);
    assertThat(trained(model, new Seed(8, 1))).isNotEqualTo(once);
  }

  @Test
  void trainersInSeveralThreadsDoNotDisturbEachOther() throws Exception {
    OnnxModel model = new ModelSpec(2, List.of(16, 8), 1, Activation.RELU, 0.25, 5).build();
    float[] alone = trained(model, SEED);
    List<Callable<float[]>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tasks.add(() -> trained(model, SEED));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Future<float[]> result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isEqualTo(alone);
      }
    }
  }

  @Test
  void loadStartsAfresh() throws Exception {
    OnnxModel model = ModelSpec.mlp(2, List.of(8), 1, 5).build();
    TrainingSet set = Rows.exclusiveOr(100, 1);
    try (Trainer trainer = open(model, RECIPE)) {
      assertThat(trainer.vector()).isEqualTo(model.initialVector());
      trainer.train(set, 2, SEED, Progress.NONE);
      float[] once = trainer.vector();
      trainer.train(set, 2, SEED, Progress.NONE);
      assertThat(trainer.vector()).isNotEqualTo(once);

      trainer.load(model.initialVector());
      trainer.train(set, 2, SEED, Progress.NONE);
      assertThat(trainer.vector()).isEqualTo(once);
    }
  }

  @Test
  void dropoutActsInTrainingAndNotInScoring() throws Exception {
    ModelSpec spec = new ModelSpec(2, List.of(16), 1, Activation.RELU, 0.5, 5);
    OnnxModel dropping = spec.build();
    OnnxModel keeping = new ModelSpec(2, List.of(16), 1, Activation.RELU, 0, 5).build();

    assertThat(dropping.initialVector()).isEqualTo(keeping.initialVector());
    assertThat(trained(dropping, SEED)).isNotEqualTo(trained(keeping, SEED));
    float[] x = Rows.gaussians(20, 1);
    try (Trainer a = open(dropping, RECIPE);
        Trainer b = open(keeping, RECIPE)) {
      assertThat(a.outputs(x, 10)).isEqualTo(b.outputs(x, 10));
    }
  }

  @Test
  void severalClassesAndOddBatches() throws Exception {
    OnnxModel model = ModelSpec.mlp(2, List.of(16), 3, 5).build();
    int rows = 101;
    float[] x = Rows.gaussians(2 * rows, 4);
    float[] y = new float[rows];
    for (int i = 0; i < rows; i++) {
      y[i] = x[2 * i] > 0.5 ? 2 : x[2 * i + 1] > 0 ? 1 : 0;
    }
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.SOFTMAX_CROSS_ENTROPY, Optimiser.adam(), 0.02, 2);
    List<Integer> done = new ArrayList<>();
    try (Trainer trainer = open(model, recipe)) {
      TrainingReport report =
          trainer.train(
              new TrainingSet(x, rows, 2, y),
              20,
              SEED,
              (epoch, rowsDone, all, loss) -> done.add(rowsDone));
      assertThat(report.steps()).isEqualTo(20 * 51);
      assertThat(report.lastEpochLoss()).isLessThan(0.2);
      assertThat(done.getFirst()).isEqualTo(2);
      assertThat(done).filteredOn(d -> d == rows).hasSize(20);
    }
  }

  @Test
  void refusesAnOperationThatItLacksByNodeAndName() throws Exception {
    OnnxModel model =
        new Graphs()
            .weight("W", 2, 2)
            .node("MatMul", "h", List.of("x", "W"))
            .node("Unheard", "out", List.of("h"))
            .model(2);
    assertThatThrownBy(() -> open(model, RECIPE))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("node 'Unheard1' (Unheard)");
  }

  @Test
  void refusesShapesThatDoNotFitNamingTheNode() throws Exception {
    OnnxModel model =
        new Graphs()
            .weight("W", 2, 3)
            .weight("V", 4, 1)
            .node("MatMul", "h", List.of("x", "W"))
            .node("MatMul", "out", List.of("h", "V"))
            .model(2);
    assertThatThrownBy(() -> open(model, RECIPE))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage("node 'MatMul1' (MatMul): matrices of [N×3] and [4×1] cannot be multiplied");
  }

  @Test
  void refusesAWeightThatTheOutputDoesNotDependOn() throws Exception {
    OnnxModel model =
        new Graphs()
            .weight("V", 2, 1)
            .weight("W", 2, 1)
            .node("MatMul", "aside", List.of("x", "V"))
            .node("MatMul", "out", List.of("x", "W"))
            .model(2);
    assertThatThrownBy(() -> open(model, RECIPE)).isInstanceOf(InvalidModelException.class);
  }

  @Test
  void refusesRowsAndLabelsBeforeTraining() throws Exception {
    OnnxModel model = ModelSpec.mlp(2, List.of(4), 1, 5).build();
    try (Trainer trainer = open(model, RECIPE)) {
      refuses(trainer, new TrainingSet(new float[3], 1, 3, new float[1]), "takes 2 features");
      refuses(
          trainer, new TrainingSet(new float[4], 2, 2, new float[] {1, 2}), "label 2.0 of row 1");
      refuses(
          trainer, new TrainingSet(new float[4], 2, 2, new float[4]), "1 labels per row, got 2");
      assertThat(trainer.vector()).isEqualTo(model.initialVector());
      assertThatThrownBy(() -> trainer.load(new float[3])).hasMessageContaining("the vector has 3");
    }
    assertThatThrownBy(() -> new TrainingSet(new float[] {1, Float.NaN}, 1, 2, new float[1]))
        .hasMessageContaining("feature 1 of row 0 is NaN");
    assertThatThrownBy(() -> new TrainingSet(new float[0], 0, 2, new float[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLossThatDivergesIsAnErrorOfThatTraining() throws Exception {
    OnnxModel model = ModelSpec.logistic(2, 1, 5).build();
    TrainingRecipe wild = new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0.9), 1000, 32);
    try (Trainer trainer = open(model, wild)) {
      assertThatThrownBy(() -> trainer.train(Rows.exclusiveOr(300, 1), 50, SEED, Progress.NONE))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("no longer finite");
      trainer.load(model.initialVector());
      assertThat(trainer.vector()).isEqualTo(model.initialVector());
    }
  }

  @Test
  void stopsWhenInterrupted() throws Exception {
    OnnxModel model = ModelSpec.logistic(2, 1, 5).build();
    try (Trainer trainer = open(model, RECIPE)) {
      assertThatThrownBy(
              () ->
                  trainer.train(
                      Rows.exclusiveOr(300, 1),
                      1_000_000,
                      SEED,
                      (epoch, done, rows, loss) -> Thread.currentThread().interrupt()))
          .isInstanceOf(InterruptedException.class);
    }
  }

  private static void refuses(Trainer trainer, TrainingSet set, String reason) {
    assertThatThrownBy(() -> trainer.train(set, 1, SEED, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static Trainer open(OnnxModel model, TrainingRecipe recipe) throws Exception {
    return new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT);
  }

  private static float[] trained(OnnxModel model, Seed seed) throws Exception {
    try (Trainer trainer = open(model, RECIPE)) {
      trainer.train(Rows.exclusiveOr(150, 1), 3, seed, Progress.NONE);
      return trainer.vector();
    }
  }
}
