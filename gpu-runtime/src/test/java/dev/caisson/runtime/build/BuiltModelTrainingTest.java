package dev.caisson.runtime.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.score.Scorer;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kind through the engine, and back through ONNX Runtime.
class BuiltModelTrainingTest {
  private static final int ROWS = 24;

  static List<Architecture> kinds() {
    return List.of(
        ModelSpec.logistic(4, 2, 3),
        new ModelSpec(4, List.of(8), 2, Activation.TANH, 0.1, 3),
        new Cnn(2, List.of(9), List.of(4), 3, 2, List.of(6), 2, Activation.RELU, 0.1, 3),
        new Cnn(1, List.of(6, 8), List.of(4, 4), 3, 2, List.of(), 2, Activation.GELU, 0, 3),
        new ResNet18(1, 16, 4, 2, 3),
        new Transformer(7, 0, 4, 8, 2, 1, 16, 0.1, 2, 3),
        new Transformer(0, 3, 4, 8, 2, 2, 16, 0, 2, 3));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void learnsItsRowsAndTheWrittenFileGivesTheTrainersOutputs(Architecture kind) throws Exception {
    OnnxModel model = kind.build();
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.SOFTMAX_CROSS_ENTROPY, Optimiser.adam(), 0.01, 8);
    try (Trainer trainer = new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      TrainingSet rows = rows(model, trainer.features());
      double first = trainer.train(rows, 1, new Seed(1, 1), Progress.NONE).meanLoss();
      trainer.train(rows, 8, new Seed(1, 2), Progress.NONE);
      double last = trainer.train(rows, 1, new Seed(1, 3), Progress.NONE).meanLoss();
      assertThat(last).isLessThan(first);

      OnnxModel written = OnnxModel.parse(model.withVector(trainer.vector()).bytes());
      float[] outputs = trainer.outputs(rows.x(), ROWS);
      try (Scorer scorer = Scorer.open(written, 1)) {
        assertThat(scorer.features()).isEqualTo(trainer.features());
        float[] scores = scorer.logits(rows.x(), ROWS);
        assertThat(scores).hasSameSizeAs(outputs);
        for (int i = 0; i < scores.length; i++) {
          // two libraries' rounding through at most 20 layers of floats
          assertThat((double) scores[i])
              .isCloseTo(outputs[i], within(1e-4 * Math.max(1, Math.abs(outputs[i]))));
        }
      }
    }
  }

  /// The class is whether the first half of a row is larger than the second.
  private static TrainingSet rows(OnnxModel model, int width) {
    boolean tokens = model.graph().inputs().getFirst().type() == ElementType.INT64;
    Random random = new Random(8);
    float[] x = new float[ROWS * width];
    float[] y = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      double difference = 0;
      for (int i = 0; i < width; i++) {
        float value = tokens ? random.nextInt(7) : (float) random.nextGaussian();
        x[row * width + i] = value;
        difference += i < width / 2 ? value : -value;
      }
      y[row] = difference > 0 ? 1 : 0;
    }
    return new TrainingSet(x, ROWS, width, y);
  }
}
