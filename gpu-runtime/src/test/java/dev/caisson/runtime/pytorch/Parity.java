package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.score.Scorer;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;

/// The engine's outputs beside those of ONNX Runtime.
final class Parity {
  private Parity() {}

  static void check(OnnxModel model, int rows) throws Exception {
    TrainingRecipe recipe = new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.1, 32);
    try (Scorer scorer = Scorer.open(model, 1);
        Trainer trainer = new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      float[] x = Rows.gaussians(rows * trainer.features(), 99);
      float[] expected = scorer.logits(x, rows);
      float[] actual = trainer.outputs(x, rows);

      assertThat(actual).hasSameSizeAs(expected);
      double largest = 0;
      for (float value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < actual.length; i++) {
        // 1e-4 relative is the promise; the absolute part covers sums that cancel to about zero:
        // some hundred roundings of 6e-8 of their terms.
        double tolerance = 1e-4 * Math.abs(expected[i]) + 3e-6 * Math.max(1, largest);
        assertThat((double) actual[i])
            .as("number %d", i)
            .isBetween(expected[i] - tolerance, expected[i] + tolerance);
      }
    }
  }
}
