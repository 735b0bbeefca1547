package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sequences as PyTorch exports them: the rows come first, and a Transpose puts the steps before
/// them. A weight mixes the features into the sequence, so that gradients flow through the cell.
class RecurrentTest {
  /// Numbers in a row, before they are mixed into a sequence.
  private static final int INPUTS = 3;

  private static final int STEPS = 3;
  private static final int FEATURES = 2;
  private static final int HIDDEN = 3;
  private static final int ROWS = 17;

  /// One kind of cell in one direction.
  ///
  /// @param all whether the model goes on with every state, not with the last one
  record Cell(
      String operation,
      String direction,
      boolean biased,
      boolean all,
      Map<String, Attribute> settings) {
    int gates() {
      return switch (operation) {
        case "LSTM" -> 4;
        case "GRU" -> 3;
        default -> 1;
      };
    }

    int directions() {
      return direction.equals("bidirectional") ? 2 : 1;
    }
  }

  static Stream<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    Map<String, Attribute> none = Map.of();
    Map<String, Attribute> after = Map.of("linear_before_reset", new Attribute.Whole(1));
    for (String direction : List.of("forward", "reverse", "bidirectional")) {
      int directions = direction.equals("bidirectional") ? 2 : 1;
      for (boolean all : List.of(true, false)) {
        cells.add(new Cell("LSTM", direction, true, all, none));
        cells.add(new Cell("GRU", direction, true, all, after));
        cells.add(new Cell("GRU", direction, true, all, none));
        cells.add(new Cell("RNN", direction, true, all, none));
      }
      cells.add(new Cell("LSTM", direction, false, true, none));
      cells.add(new Cell("GRU", direction, false, false, after));
      cells.add(new Cell("GRU", direction, false, true, none));
      List<String> relu = java.util.Collections.nCopies(directions, "Relu");
      cells.add(
          new Cell(
              "RNN", direction, false, true, Map.of("activations", new Attribute.Texts(relu))));
    }
    return cells.stream();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void outputsAreThoseOfOnnxRuntime(Cell cell) throws Exception {
    OnnxModel model = model(cell, 0);
    assertThat(model.layout().parameters()).extracting(p -> p.name()).contains("W", "R");
    Parity.check(model, ROWS);
  }

  /// ONNX Runtime has no `layout` 1, so layout 0 is the oracle.
  @ParameterizedTest
  @MethodSource("cells")
  void rowsFirstGivesTheSame(Cell cell) throws Exception {
    float[] x = Rows.gaussians(ROWS * INPUTS, 6);
    // The same products in another order of memory: some roundings of 6e-8.
    assertThat(outputs(model(cell, 1), x))
        .containsExactly(outputs(model(cell, 0), x), within(1e-5f));
  }

  static Stream<Cell> inBothDirections() {
    return cells().filter(cell -> cell.directions() == 2);
  }

  @ParameterizedTest
  @MethodSource("inBothDirections")
  void gradientsAreFiniteDifferences(Cell cell) throws Exception {
    try (Differences differences = new Differences(Loss.MEAN_SQUARED_ERROR, model(cell, 0))) {
      // As GradientTest: the error of central differences is about 1e-10.
      differences.scoring(1e-7);
    }
  }

  @Test
  void startsFromTheGivenStates() throws Exception {
    Graphs graph =
        new Graphs()
            .weight("h", 1, 1, HIDDEN)
            .weight("c", 1, 1, HIDDEN)
            .wholes("places", 0)
            .node("Shape", "sizes", List.of("x"))
            .node("Gather", "n", List.of("sizes", "places"))
            .wholes("ones", 1)
            .wholes("width", HIDDEN)
            .node("Concat", "to", List.of("ones", "n", "width"), Map.of("axis", whole(0)))
            .node("Expand", "hn", List.of("h", "to"))
            .node("Expand", "cn", List.of("c", "to"));
    Cell cell = new Cell("LSTM", "forward", true, true, Map.of());
    Parity.check(model(graph, cell, 0, List.of("", "hn", "cn")), ROWS);
  }

  @Test
  void refusesInWordsWhatItCannotDo() throws Exception {
    refuses("GRU", Map.of("clip", new Attribute.Real(3)), "clip");
    refuses("LSTM", Map.of("input_forget", new Attribute.Whole(1)), "input_forget");
    List<String> others = List.of("HardSigmoid", "Tanh", "Tanh");
    refuses("LSTM", Map.of("activations", new Attribute.Texts(others)), "HardSigmoid");
  }

  private static void refuses(String operation, Map<String, Attribute> settings, String word)
      throws Exception {
    OnnxModel model = model(new Cell(operation, "forward", true, true, settings), 0);
    assertThatThrownBy(() -> new PyTorchEngine().open(model, recipe(), EngineOptions.DEFAULT))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("(%s)", operation)
        .hasMessageContaining(word);
  }

  private static OnnxModel model(Cell cell, int layout) throws Exception {
    return model(new Graphs(), cell, layout, List.of());
  }

  private static OnnxModel model(Graphs graph, Cell cell, int layout, List<String> further)
      throws Exception {
    long directions = cell.directions();
    int gates = cell.gates() * HIDDEN;
    graph
        .weight("W", directions, gates, FEATURES)
        .weight("R", directions, gates, HIDDEN)
        .weight("B", directions, 2L * gates)
        .weight("V", STEPS * directions * HIDDEN, 3)
        .weight("U", directions * HIDDEN, 3)
        .wholes("flat", 0, -1)
        .mixed("rows", INPUTS, STEPS, FEATURES);
    String read = "rows";
    if (layout == 0) {
      graph.node("Transpose", "steps", List.of("rows"), order(1, 0, 2));
      read = "steps";
    }
    List<String> inputs = new ArrayList<>(List.of(read, "W", "R", cell.biased() ? "B" : ""));
    inputs.addAll(further);
    Map<String, Attribute> settings = new HashMap<>(cell.settings());
    settings.put("direction", new Attribute.Text(cell.direction()));
    settings.put("hidden_size", whole(HIDDEN));
    settings.put("layout", whole(layout));
    List<String> outputs = cell.all() ? List.of("states") : List.of("", "states");
    graph.nodeOf(cell.operation(), outputs, inputs, settings);
    String states = "states";
    if (layout == 0) {
      graph.node(
          "Transpose",
          "turned",
          List.of("states"),
          cell.all() ? order(2, 0, 1, 3) : order(1, 0, 2));
      states = "turned";
    }
    graph
        .node("Reshape", "flattened", List.of(states, "flat"))
        .node("MatMul", "out", List.of("flattened", cell.all() ? "V" : "U"));
    return graph.model(INPUTS);
  }

  private static Attribute whole(long value) {
    return new Attribute.Whole(value);
  }

  private static Map<String, Attribute> order(long... axes) {
    return Map.of("perm", Graphs.list(axes));
  }

  private static TrainingRecipe recipe() {
    return new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.1, 32);
  }

  private static float[] outputs(OnnxModel model, float[] x) throws Exception {
    try (Trainer trainer = new PyTorchEngine().open(model, recipe(), EngineOptions.DEFAULT)) {
      return trainer.outputs(x, ROWS);
    }
  }
}
