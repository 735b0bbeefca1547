package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Graphs that were made to end the process, to hang it or to fill its memory: they train, or are
/// refused in words.
class HostileGraphTest {
  private static final TrainingRecipe RECIPE =
      new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, new Optimiser.Sgd(0, 0), 0.01, 2);

  /// -2^63 / -1 makes a processor trap, which no JVM survives.
  @Test
  void theSmallestWholeNumberIsDividedByMinusOne() throws Exception {
    for (String operation : List.of("Div", "Mod")) {
      Graphs graph =
          new Graphs()
              .scalar("huge", -1e30f)
              .node("Min", "least", List.of("x", "huge"))
              .node("Cast", "whole", List.of("least"), Map.of("to", new Attribute.Whole(7)))
              .node("Constant", "minus", List.of(), Map.of("value_int", new Attribute.Whole(-1)))
              .node(operation, "quotient", List.of("whole", "minus"))
              .node("Cast", "real", List.of("quotient"), Map.of("to", new Attribute.Whole(1)))
              .scalar("tiny", 1e-30f)
              .node("Mul", "small", List.of("real", "tiny"))
              .weight("w", 3, 1)
              .node("MatMul", "y", List.of("small", "w"));
      assertThat(train(graph)).hasSize(3);
    }
  }

  /// PyTorch's compiler goes through a chain by recursion.
  @Test
  void aChainOfManyThousandNodesTrains() throws Exception {
    Graphs graph = new Graphs().weight("w", 3, 3).node("MatMul", "v0", List.of("x", "w"));
    for (int i = 0; i < 6000; i++) {
      graph.node("Relu", "v" + (i + 1), List.of("v" + i));
    }
    assertThat(train(graph)).hasSize(9);
  }

  @Test
  void aSumOfManyTermsTrains() throws Exception {
    Graphs graph =
        new Graphs()
            .node("Sum", "sum", Collections.nCopies(4000, "x"))
            .weight("w", 3, 1)
            .node("MatMul", "y", List.of("sum", "w"));
    assertThat(train(graph)).hasSize(3);
  }

  @Test
  void whatIsMadeOnTheWayCounts() {
    refused(
        new Graphs()
            .wholes("column", -1, 1, 3)
            .node("Reshape", "image", List.of("x", "column"))
            .wholes("padded", 0, 0, 1 << 19, 0, 0, 0)
            .node("Pad", "wide", List.of("image", "padded"))
            .weight("k", 1, 1, 1 << 13)
            .node("Conv", "y", List.of("wide", "k")),
        "(Conv)");
    refused(
        new Graphs()
            .weight("a", 1 << 16)
            .weight("b", 1 << 16)
            .weight("c", 1 << 16, 1)
            .weight("d", 1 << 16, 1)
            .node(
                "Einsum",
                "y",
                List.of("x", "a", "b", "c", "d"),
                Map.of("equation", new Attribute.Text("nf,p,r,pq,rq->n"))),
        "(Einsum)");
  }

  @Test
  void timeIsBoundedToo() {
    refused(
        new Graphs()
            .wholes("size", 1 << 14, 1 << 14)
            .node("ConstantOfShape", "m", List.of("size"))
            .node("MatMul", "mm", List.of("m", "m"))
            .node("ReduceSum", "s", List.of("mm"), Map.of("keepdims", new Attribute.Whole(0)))
            .node("Add", "z", List.of("x", "s"))
            .weight("w", 3, 1)
            .node("MatMul", "y", List.of("z", "w")),
        "more than 2^40 multiplications");
  }

  @Test
  void listsOfTheWrongLengthAreNamed() {
    refused(
        new Graphs()
            .wholes("two", 0, 0)
            .wholes("one", 1)
            .node("Slice", "cut", List.of("x", "two", "two", "one"))
            .weight("w", 3, 1)
            .node("MatMul", "y", List.of("cut", "w")),
        "'one' needs 2 numbers");
    refused(
        new Graphs()
            .wholes("none")
            .node("CumSum", "sum", List.of("x", "none"))
            .weight("w", 3, 1)
            .node("MatMul", "y", List.of("sum", "w")),
        "must be one number");
  }

  @Test
  void aNodeOfVeryManyInputsIsRefused() {
    refused(
        new Graphs()
            .node(
                "Concat",
                "y",
                new ArrayList<>(Collections.nCopies(70_000, "x")),
                Map.of("axis", new Attribute.Whole(1))),
        "has 70000 inputs");
  }

  private static float[] train(Graphs graph) throws Exception {
    try (Trainer trainer =
        new PyTorchEngine().open(graph.model(3), RECIPE, EngineOptions.DEFAULT)) {
      float[] x = Rows.gaussians(9, 1);
      float[] y = new float[3 * trainer.labels()];
      trainer.train(new TrainingSet(x, 3, 3, y), 1, new Seed(1, 1), Progress.NONE);
      return trainer.outputs(x, 3);
    }
  }

  private static void refused(Graphs graph, String words) {
    assertThatThrownBy(
            () -> new PyTorchEngine().open(graph.model(3), RECIPE, EngineOptions.DEFAULT).close())
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(words);
  }
}
