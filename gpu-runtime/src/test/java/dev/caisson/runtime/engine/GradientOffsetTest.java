package dev.caisson.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The fixed vector that a recipe may add to every gradient.
class GradientOffsetTest {
  private static final int ROWS = 12;
  private static final OnnxModel MODEL = model();
  private static final TrainingRecipe PLAIN =
      new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, new Optimiser.Sgd(0, 0.01), 0.05, 4);
  private static final TrainingSet SET = set();

  private static OnnxModel model() {
    return ModelSpec.logistic(2, 1, 3).build();
  }

  private static TrainingSet set() {
    float[] x = new float[ROWS * 2];
    float[] y = new float[ROWS];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i * 7 % 11) / 5f - 1;
    }
    for (int i = 0; i < y.length; i++) {
      y[i] = i % 3 - 1;
    }
    return new TrainingSet(x, ROWS, 2, y);
  }

  private static float[] trained(Trainer trainer) throws Exception {
    trainer.train(SET, 3, new Seed(1, 1), Progress.NONE);
    return trainer.vector();
  }

  /// Twelve rows in batches of four, three epochs: against the same steps in double precision.
  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "dl4j"})
  void everyStepAddsIt(String name) throws Exception {
    float[] offset = {0.4f, -0.3f, 0.2f};
    try (Trainer trainer = open(name, PLAIN.withProximal(0.5).withOffset())) {
      trainer.load(MODEL.initialVector(), offset);
      float[] actual = trained(trainer);
      double[] expected = reference(MODEL.initialVector(), offset, 0.5);
      for (int i = 0; i < actual.length; i++) {
        // nine steps, each rounded by 1e-7 of numbers below 2
        assertThat((double) actual[i]).isBetween(expected[i] - 5e-6, expected[i] + 5e-6);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "dl4j"})
  void loadingWithoutOneForgetsIt(String name) throws Exception {
    float[] start = MODEL.initialVector();
    try (Trainer plain = open(name, PLAIN);
        Trainer offset = open(name, PLAIN.withOffset())) {
      float[] expected = trained(plain);
      offset.load(start, new float[] {1, 1, 1});
      assertThat(trained(offset)).isNotEqualTo(expected);
      offset.load(start);
      assertThat(trained(offset)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "dl4j"})
  void refusesOneThatNobodyAskedForOrThatFitsNoModel(String name) throws Exception {
    float[] start = MODEL.initialVector();
    try (Trainer plain = open(name, PLAIN);
        Trainer offset = open(name, PLAIN.withOffset())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> plain.load(start, new float[3]))
          .withMessageContaining("withOffset");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> offset.load(start, new float[2]))
          .withMessageContaining("3 trainable numbers");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> offset.load(start, new float[] {0, Float.NaN, 0}))
          .withMessageContaining("position 1 is NaN");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Engines.named(name)
                    .openEnsemble(MODEL, 2, PLAIN.withOffset(), EngineOptions.DEFAULT))
        .withMessageContaining("an ensemble takes no offset");
  }

  private static Trainer open(String name, TrainingRecipe recipe) throws Exception {
    return Engines.named(name).open(MODEL, recipe, EngineOptions.DEFAULT);
  }

  private static double[] reference(float[] start, float[] offset, double mu) {
    double[] v = {start[0], start[1], start[2]};
    Seed seed = new Seed(1, 1);
    for (int epoch = 0; epoch < 3; epoch++) {
      long[] order = seed.shuffle(ROWS, 2L * epoch);
      for (int from = 0; from < ROWS; from += PLAIN.batchSize()) {
        double[] g = new double[3];
        for (int k = from; k < from + PLAIN.batchSize(); k++) {
          int row = (int) order[k];
          double x0 = SET.x()[2 * row];
          double x1 = SET.x()[2 * row + 1];
          double error = v[0] * x0 + v[1] * x1 + v[2] - SET.y()[row];
          g[0] += 2 * error * x0 / PLAIN.batchSize();
          g[1] += 2 * error * x1 / PLAIN.batchSize();
          g[2] += 2 * error / PLAIN.batchSize();
        }
        for (int i = 0; i < 3; i++) {
          g[i] += mu * (v[i] - start[i]) + offset[i] + 0.01 * v[i];
        }
        for (int i = 0; i < 3; i++) {
          v[i] -= PLAIN.learningRate() * g[i];
        }
      }
    }
    return v;
  }
}
