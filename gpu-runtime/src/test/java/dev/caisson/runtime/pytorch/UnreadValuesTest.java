package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.runtime.dl4j.Dl4jEngine;
import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import dev.caisson.runtime.train.Engine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Values that nothing goes on with: exporters name all outputs of a recurrent layer, and read
/// others for their shape alone. DL4J cannot go back through a vertex that nobody reads.
final class UnreadValuesTest {
  private static final int ROWS = 4;
  private static final TrainingRecipe RECIPE =
      new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0.9), 0.05, 2);

  @Test
  void aRecurrentLayerWhoseLastStateAloneIsRead() throws Exception {
    bothAgree(
        new Graphs()
            .mixed("rows", 3, 4, 2)
            .node("Transpose", "seq", List.of("rows"), Map.of("perm", Graphs.list(1, 0, 2)))
            .weight("w", 1, 8, 2)
            .weight("r", 1, 8, 2)
            .nodeOf(
                "LSTM",
                List.of("all", "last", "cell"),
                List.of("seq", "w", "r"),
                Map.of("hidden_size", new Attribute.Whole(2)))
            .wholes("zero", 0)
            .node("Squeeze", "h", List.of("last", "zero"))
            .weight("v", 2, 1)
            .node("MatMul", "y", List.of("h", "v"))
            .model(3));
  }

  @Test
  void aValueThatIsReadForItsShapeAlone() throws Exception {
    bothAgree(
        new Graphs()
            .weight("w", 3, 4)
            .node("MatMul", "a", List.of("x", "w"))
            .node("Relu", "s", List.of("a"))
            .node("Shape", "shape", List.of("s"))
            .node("ConstantOfShape", "c", List.of("shape"))
            .node("Add", "y", List.of("a", "c"))
            .model(3));
  }

  /// The ratio is a real number in the standard.
  @Test
  void aDropoutRatioOfAnotherTypeIsRefusedInWords() throws Exception {
    OnnxModel model =
        OnnxModel.of(
            new Graph(
                "t",
                List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, 3))),
                List.of(new ValueInfo("y", ElementType.FLOAT, Shape.of(), false)),
                List.of(
                    new Node("fc", "Gemm", List.of("x", "w"), List.of("h"), Map.of()),
                    new Node("d", "Dropout", List.of("h", "r"), List.of("y"), Map.of())),
                List.of(
                    Tensor.ofFloats("w", Shape.of(3, 1), new float[] {2, 3, 1}),
                    Tensor.ofLongs("r", Shape.of(), new long[] {0}))),
            20);
    assertThatThrownBy(() -> new Dl4jEngine().open(model, RECIPE, EngineOptions.DEFAULT))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("ratio");
  }

  private static void bothAgree(OnnxModel model) throws Exception {
    float[] torch = trained(new PyTorchEngine(), model);
    float[] dl4j = trained(new Dl4jEngine(), model);
    for (int i = 0; i < torch.length; i++) {
      // Outputs of order 1 after eight steps in single precision, 2^-24 relative each.
      assertThat(dl4j[i]).isCloseTo(torch[i], within(1e-5f));
    }
  }

  private static float[] trained(Engine engine, OnnxModel model) throws Exception {
    try (Trainer trainer = engine.open(model, RECIPE, EngineOptions.DEFAULT)) {
      float[] x = Rows.gaussians(ROWS * trainer.features(), 3);
      float[] y = Rows.gaussians(ROWS * trainer.labels(), 4);
      float[] before = trainer.vector();
      trainer.train(
          new TrainingSet(x, ROWS, trainer.features(), y), 4, new Seed(1, 1), Progress.NONE);
      assertThat(trainer.vector()).isNotEqualTo(before);
      return trainer.outputs(x, ROWS);
    }
  }
}
