package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Full-batch steps of a linear regression against the same steps in double precision, written down
/// here from the papers' formulas with the gradient in closed form.
class OptimiserTest {
  private static final int ROWS = 20;
  private static final int FEATURES = 3;
  private static final int STEPS = 25;
  private static final float[] OFFSET = {0.3f, -0.2f, 0.1f, 0.05f};

  static List<TrainingRecipe> recipes() {
    return java.util.stream.Stream.of(
            new Optimiser.Sgd(0, 0),
            new Optimiser.Sgd(0.9, 0.01),
            new Optimiser.Adam(0.9, 0.999, 1e-8, 0),
            new Optimiser.Adam(0.8, 0.99, 1e-6, 0.05),
            new Optimiser.AdamW(0.9, 0.999, 1e-8, 0.1))
        .flatMap(
            o -> {
              TrainingRecipe plain = new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, o, 0.03, ROWS);
              return java.util.stream.Stream.of(
                  plain,
                  plain.withProximal(0.5),
                  plain.withOffset(),
                  plain.withProximal(0.5).withOffset());
            })
        .toList();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void stepsAreThoseOfThePaper(TrainingRecipe recipe) throws Exception {
    OnnxModel model = ModelSpec.logistic(FEATURES, 1, 3).build();
    float[] x = Rows.gaussians(ROWS * FEATURES, 1);
    float[] y = Rows.gaussians(ROWS, 2);
    double[] expected = reference(recipe, model.initialVector(), x, y);

    try (Trainer trainer = new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      if (recipe.offset()) {
        trainer.load(model.initialVector(), OFFSET);
      }
      trainer.train(new TrainingSet(x, ROWS, FEATURES, y), STEPS, new Seed(1, 1), Progress.NONE);
      float[] actual = trainer.vector();
      for (int i = 0; i < actual.length; i++) {
        // Float rounding, 25 steps of 1e-7 each, amplified at most tenfold by momentum.
        assertThat((double) actual[i]).isBetween(expected[i] - 2e-5, expected[i] + 2e-5);
      }
    }
  }

  private static double[] reference(TrainingRecipe recipe, float[] start, float[] x, float[] y) {
    int n = start.length;
    double[] v = new double[n];
    double[] m1 = new double[n];
    double[] m2 = new double[n];
    for (int i = 0; i < n; i++) {
      v[i] = start[i];
    }
    for (int k = 1; k <= STEPS; k++) {
      double[] g = gradient(v, x, y);
      for (int i = 0; i < n; i++) {
        double pulled =
            g[i] + recipe.proximal() * (v[i] - start[i]) + (recipe.offset() ? OFFSET[i] : 0);
        v[i] =
            switch (recipe.optimiser()) {
              case Optimiser.Sgd(double momentum, double decay) -> {
                m1[i] = momentum * m1[i] + pulled + decay * v[i];
                yield v[i] - recipe.learningRate() * m1[i];
              }
              case Optimiser.Adam(double b1, double b2, double epsilon, double decay) -> {
                double d = pulled + decay * v[i];
                m1[i] = b1 * m1[i] + (1 - b1) * d;
                m2[i] = b2 * m2[i] + (1 - b2) * d * d;
                yield v[i] - adam(recipe.learningRate(), m1[i], m2[i], b1, b2, epsilon, k);
              }
              case Optimiser.AdamW(double b1, double b2, double epsilon, double decay) -> {
                m1[i] = b1 * m1[i] + (1 - b1) * pulled;
                m2[i] = b2 * m2[i] + (1 - b2) * pulled * pulled;
                yield v[i] * (1 - recipe.learningRate() * decay)
                    - adam(recipe.learningRate(), m1[i], m2[i], b1, b2, epsilon, k);
              }
            };
      }
    }
    return v;
  }

  private static double adam(
      double rate, double m1, double m2, double b1, double b2, double epsilon, int k) {
    double first = m1 / (1 - Math.pow(b1, k));
    double second = m2 / (1 - Math.pow(b2, k));
    return rate * first / (Math.sqrt(second) + epsilon);
  }

  /// Of the mean over rows of (w·x + b - y)².
  private static double[] gradient(double[] v, float[] x, float[] y) {
    double[] g = new double[v.length];
    for (int row = 0; row < ROWS; row++) {
      double error = v[FEATURES] - y[row];
      for (int j = 0; j < FEATURES; j++) {
        error += v[j] * x[row * FEATURES + j];
      }
      for (int j = 0; j < FEATURES; j++) {
        g[j] += 2 * error * x[row * FEATURES + j] / ROWS;
      }
      g[FEATURES] += 2 * error / ROWS;
    }
    return g;
  }
}
