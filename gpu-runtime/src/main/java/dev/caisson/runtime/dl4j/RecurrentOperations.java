package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Cut;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Recurrence;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.nd4j.linalg.activations.Activation;

/// LSTM by DL4J's layer: forward in time, from states of zero.
final class RecurrentOperations {
  static final Map<String, Operation> TABLE = Map.of("LSTM", RecurrentOperations::lstm);

  /// DL4J wants cell, forget, output, input; ONNX has input, output, forget, cell.
  private static final int[] GATES = {3, 2, 1, 0};

  private static final List<String> FUNCTIONS = List.of("sigmoid", "tanh", "tanh");

  private RecurrentOperations() {}

  private static void lstm(Site node) throws UnsupportedModelException, InvalidModelException {
    Recurrence sizes = node.known().recurrence();
    requirePlain(node, sizes);
    long hidden = sizes.hidden();
    // DL4J wants rows, features, steps.
    String sequence =
        node.own(
            sizes.rowsFirst() ? new Transposed(0, 2, 1) : new Transposed(1, 2, 0),
            node.live(0).vertex());
    String vertex =
        node.layer(
            new LSTM.Builder()
                .nIn(sizes.features().fixed())
                .nOut(hidden)
                .activation(Activation.TANH)
                .gateActivationFunction(Activation.SIGMOID)
                .forgetGateBiasInit(0)
                .build(),
            sequence);
    int[] order = lines(GATES, Math.toIntExact(hidden), 0);
    long features = sizes.features().fixed();
    node.bind(
        vertex,
        LSTMParamInitializer.INPUT_WEIGHT_KEY,
        node.placed(1).reshaped(4 * hidden, features).lines(0, order).transposed(1, 0));
    node.bind(
        vertex,
        LSTMParamInitializer.RECURRENT_WEIGHT_KEY,
        node.placed(2).reshaped(4 * hidden, hidden).lines(0, order).transposed(1, 0));
    if (node.has(3)) {
      Placed bias = node.placed(3);
      node.bind(
          vertex,
          LSTMParamInitializer.BIAS_KEY,
          bias.lines(1, order),
          bias.lines(1, lines(GATES, Math.toIntExact(hidden), 4)));
    }
    results(node, sizes, vertex);
  }

  private static int[] lines(int[] gates, int hidden, int first) {
    int[] lines = new int[gates.length * hidden];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = (first + gates[i / hidden]) * hidden + i % hidden;
    }
    return lines;
  }

  private static void requirePlain(Site node, Recurrence sizes)
      throws UnsupportedModelException, InvalidModelException {
    if (!node.node().text("direction", "forward").equals("forward")) {
      throw node.lacks("direction '%s'".formatted(node.node().text("direction", "forward")));
    }
    if (!sizes.steps().isFixed()) {
      throw node.lacks("a sequence as long as the batch");
    }
    if (node.has(4)) {
      var lengths = node.known().input(4).wholes();
      if (lengths.isEmpty() || !lengths.get().values().stream().allMatch(sizes.steps()::equals)) {
        throw node.lacks("sequence_lens that are not known to be the whole sequence");
      }
    }
    for (int state = 5; state <= 6; state++) {
      if (node.has(state) && !isZero(node.value(state))) {
        throw node.lacks("an initial state other than zero");
      }
    }
    if (node.has(7)
        || node.node().whole("input_forget", 0) != 0
        || node.node().real("clip", 0) != 0) {
      throw node.lacks("peepholes (P), input_forget and clip");
    }
    if (node.node().attributes().get("activations") instanceof Attribute.Texts(List<String> given)
        && !given.stream()
            .map(f -> f.toLowerCase(java.util.Locale.ROOT))
            .toList()
            .equals(FUNCTIONS)) {
      throw node.lacks("the activations %s; it has Sigmoid, Tanh, Tanh".formatted(given));
    }
    if (node.gives(2) && node.isRead(2)) {
      throw node.lacks("the cell's last state (the output 'Y_c')");
    }
  }

  private static boolean isZero(Value value) {
    return switch (value) {
      case Value.Uniform(float number) -> number == 0;
      case Placed placed -> {
        boolean zero = placed.isFixed();
        for (int i = 0; zero && i < placed.length(); i++) {
          zero = placed.number(i, new float[0]) == 0;
        }
        yield zero;
      }
      case Value.Live _, Value.Product _ -> false;
    };
  }

  /// From rows, hidden, steps to what the file wants.
  private static void results(Site node, Recurrence sizes, String vertex) {
    List<Dim> all = sizes.all();
    List<Dim> last = sizes.last();
    if (node.gives(0)) {
      String ordered =
          node.own(sizes.rowsFirst() ? new Transposed(0, 2, 1) : new Transposed(2, 0, 1), vertex);
      node.result(0, new Value.Live(node.own(new Reshaped(all), ordered), all));
    }
    if (node.gives(1) && node.isRead(1)) {
      String step =
          node.own(new Picked(List.of(new Cut(2, sizes.steps().fixed() - 1, 1, Dim.ONE))), vertex);
      node.result(1, new Value.Live(node.own(new Reshaped(last), step), last));
    }
  }
}
