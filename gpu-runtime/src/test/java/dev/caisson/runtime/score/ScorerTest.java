package dev.caisson.runtime.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.build.Transformer;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScorerTest {
  @Test
  void refusesAGpuThatThisOnnxRuntimeCannotUse() {
    OnnxModel model = ModelSpec.logistic(3, 2, 11).build();

    assertThatThrownBy(() -> Scorer.open(model, 1, new Device.Cuda(0)))
        .isInstanceOf(ScoringException.class)
        .hasMessageContaining("cuda:0")
        .hasMessageContaining("onnxruntime_gpu");
  }

  @Test
  void aLogisticModelIsTheDotProductOverManyBatches() throws Exception {
    OnnxModel model = ModelSpec.logistic(3, 2, 11).build();
    float[] w = model.initialVector(); // 2×3 weights, then 2 biases
    int rows = 10_000;
    float[] x = gaussians(rows * 3, 5);

    try (Scorer scorer = Scorer.open(model, 1)) {
      float[] logits = scorer.logits(x, rows);

      assertThat(scorer.features()).isEqualTo(3);
      assertThat(scorer.outputs()).isEqualTo(2);
      for (int row = 0; row < rows; row++) {
        for (int k = 0; k < 2; k++) {
          double expected = w[6 + k];
          for (int j = 0; j < 3; j++) {
            expected += (double) w[3 * k + j] * x[3 * row + j];
          }
          // Four float operations of numbers below 10: rounding stays below 1e-5.
          assertThat((double) logits[2 * row + k]).isBetween(expected - 1e-5, expected + 1e-5);
        }
      }
    }
  }

  @Test
  void aFixedBatchIsFilledUp() throws Exception {
    OnnxModel model = doubling(4);
    try (Scorer scorer = Scorer.open(model, 1)) {
      assertThat(scorer.logits(new float[] {1, 2, 3, 4, 5, 6}, 6))
          .containsExactly(2, 4, 6, 8, 10, 12);
    }
  }

  @Test
  void aTokenThatIsNotWholeIsNeverCutOff() throws Exception {
    try (Scorer scorer = Scorer.open(new Transformer(9, 0, 2, 4, 1, 1, 4, 0, 1, 1).build(), 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scorer.logits(new float[] {1, 2, 3, 1.5f}, 2))
          .withMessage("feature 1 of row 1 is 1.5; input 'tokens' takes whole numbers");
    }
  }

  @Test
  void noRowsGiveNoScores() throws Exception {
    try (Scorer scorer = Scorer.open(ModelSpec.logistic(3, 1, 1).build(), 1)) {
      assertThat(scorer.logits(new float[0], 0)).isEmpty();
    }
  }

  @Test
  void refusesRowsOfAnotherWidth() throws Exception {
    try (Scorer scorer = Scorer.open(ModelSpec.logistic(3, 1, 1).build(), 1)) {
      assertThatThrownBy(() -> scorer.logits(new float[8], 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 rows of 3 features are 6 numbers, got 8");
    }
  }

  @Test
  void refusesAModelThatOnnxRuntimeCannotRun() throws Exception {
    OnnxModel model =
        OnnxModel.of(
            graph(
                Shape.FREE, new Node("n", "NoSuchOperation", List.of("x"), List.of("y"), Map.of())),
            20);
    assertThatThrownBy(() -> Scorer.open(model, 1))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("NoSuchOperation");
  }

  private static OnnxModel doubling(long batch) throws InvalidModelException {
    return OnnxModel.of(
        graph(batch, new Node("n", "Mul", List.of("x", "two"), List.of("y"), Map.of())), 20);
  }

  private static Graph graph(long batch, Node node) {
    return new Graph(
        "g",
        List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(batch, 1))),
        List.of(ValueInfo.of("y", ElementType.FLOAT, Shape.of(batch, 1))),
        List.of(node),
        List.of(Tensor.ofFloats("two", Shape.of(), new float[] {2})));
  }

  private static float[] gaussians(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
