package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.build.Activation;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.score.Scorer;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// ONNX Runtime is the oracle: what the engine computes is what everybody else's runtime will.
class OnnxParityTest {
  private static final int ROWS = 200;

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyActivationOfTheBuilder(Activation activation) throws Exception {
    agrees(new ModelSpec(12, List.of(16, 8), 3, activation, 0.3, 1).build(), 12);
  }

  @Test
  void aLogisticModel() throws Exception {
    agrees(ModelSpec.logistic(12, 1, 1).build(), 12);
  }

  @Test
  void matrixProductAndSumInsteadOfGemm() throws Exception {
    agrees(
        new Graphs()
            .weight("W", 5, 4)
            .weight("b", 4)
            .node("MatMul", "h", List.of("x", "W"))
            .node("Add", "out", List.of("b", "h"))
            .model(5),
        5);
  }

  @Test
  void gemmWithFactorsAndTransposedWeight() throws Exception {
    agrees(
        new Graphs()
            .weight("W", 4, 5)
            .weight("c", 1, 4)
            .node("Transpose", "Wt", List.of("W"), Map.of("perm", wholes(1, 0)))
            .node(
                "Gemm",
                "out",
                List.of("x", "Wt", "c"),
                Map.of("alpha", new Attribute.Real(0.7f), "beta", new Attribute.Real(1.3f)))
            .model(5),
        5);
  }

  @Test
  void gemmWithoutBiasAndWithTransposedInput() throws Exception {
    agrees(
        new Graphs()
            .weight("W", 5, 4)
            .node("Transpose", "xt", List.of("x"), Map.of("perm", wholes(1, 0)))
            .node(
                "Gemm",
                "out",
                List.of("xt", "W"),
                Map.of("transA", new Attribute.Whole(1), "alpha", new Attribute.Real(0.5f)))
            .model(5),
        5);
  }

  @Test
  void aScalerAResidualAndTheOtherFunctions() throws Exception {
    agrees(
        new Graphs()
            .weight("mean", 6)
            .weight("W1", 6, 6)
            .weight("b1", 6)
            .weight("W2", 6, 3)
            .scalar("two", 2)
            .node("Sub", "centred", List.of("x", "mean"))
            .node("Div", "scaled", List.of("centred", "two"))
            .node("Identity", "same", List.of("scaled"))
            .node("Gemm", "h1", List.of("same", "W1", "b1"))
            .node("Elu", "e", List.of("h1"), Map.of("alpha", new Attribute.Real(0.8f)))
            .node("LeakyRelu", "l", List.of("e"), Map.of("alpha", new Attribute.Real(0.2f)))
            .node("Add", "r", List.of("l", "scaled"))
            .node("Softplus", "s", List.of("r"))
            .node("Gelu", "g", List.of("s"), Map.of("approximate", new Attribute.Text("tanh")))
            .node("Neg", "n", List.of("g"))
            .node("Mul", "m", List.of("n", "two"))
            .node("Softmax", "p", List.of("m"), Map.of("axis", new Attribute.Whole(1)))
            .node("LogSoftmax", "q", List.of("p"))
            .node("Flatten", "f", List.of("q"))
            .node("MatMul", "out", List.of("f", "W2"))
            .model(6),
        6);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void rowsOfLengthOne(long norm) throws Exception {
    agrees(
        new Graphs()
            .node("LpNormalization", "out", List.of("x"), Map.of("p", new Attribute.Whole(norm)))
            .weight("W", 6, 3)
            .node("MatMul", "y", List.of("out", "W"))
            .model(6),
        6);
  }

  private static Attribute wholes(long... values) {
    return new Attribute.Wholes(java.util.Arrays.stream(values).boxed().toList());
  }

  private static void agrees(OnnxModel model, int features) throws Exception {
    float[] x = Rows.gaussians(ROWS * features, 99);
    TrainingRecipe recipe = new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.1, 32);
    try (Scorer scorer = Scorer.open(model, 1);
        Trainer trainer = new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      float[] expected = scorer.logits(x, ROWS);
      float[] actual = trainer.outputs(x, ROWS);

      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < actual.length; i++) {
        // 1e-4 relative is the promise; the absolute part covers sums that cancel to about zero.
        double tolerance = 1e-4 * Math.abs(expected[i]) + 2e-6;
        assertThat((double) actual[i]).isBetween(expected[i] - tolerance, expected[i] + tolerance);
      }
    }
  }
}
