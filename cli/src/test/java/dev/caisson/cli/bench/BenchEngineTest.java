package dev.caisson.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import org.junit.jupiter.api.Test;

final class BenchEngineTest {
  private static final OnnxModel MODEL =
      new RoundsSettings(3, 0.1, 1, 1, 512, 512, 1).model().build();
  private static final TrainingSet NOBODY =
      new TrainingSet(new float[RoundsSettings.FEATURES], 1, RoundsSettings.FEATURES, new float[1]);

  private static float[] trained(int site, Seed seed) throws Exception {
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, Optimiser.sgd(0), 0.01, 32);
    try (Trainer trainer = new BenchEngine(site).open(MODEL, recipe, EngineOptions.DEFAULT)) {
      trainer.load(MODEL.initialVector());
      trainer.train(NOBODY, 1, seed, Progress.NONE);
      return trainer.vector();
    }
  }

  @Test
  void theChangeIsDrawnFromSiteAndSeedAndShorterThanTheClipNorm() throws Exception {
    float[] first = MODEL.initialVector();
    float[] next = trained(1, new Seed(1, 2));
    double squares = 0;
    for (int i = 0; i < next.length; i++) {
      double change = (double) next[i] - first[i];
      squares += change * change;
    }
    // n uniform numbers within 1/√n of 0 have length 1/√3 to about 1/√n of it, which is 0.6% here
    assertThat(Math.sqrt(3 * squares)).isBetween(0.97, 1.03);
    assertThat(trained(1, new Seed(1, 2))).isEqualTo(next);
    assertThat(trained(2, new Seed(1, 2))).isNotEqualTo(next);
    assertThat(trained(1, new Seed(1, 3))).isNotEqualTo(next);
  }
}
