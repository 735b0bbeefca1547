package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.shape.Dim;
import dev.caisson.runtime.shape.Recurrence;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// LSTM, GRU and RNN as PyTorch's own, which want their gates in another order: the file's matrices
/// are cut and joined anew in every step, so that gradients reach the file's own tensors. Inside,
/// the steps of the sequence come first.
final class RecurrentOperations {
  /// PyTorch wants input, forget, cell, output; ONNX has input, output, forget, cell.
  private static final int[] LSTM_GATES = {0, 2, 3, 1};

  /// PyTorch wants reset, update, new; ONNX has update, reset, new.
  private static final int[] GRU_GATES = {1, 0, 2};

  private static final int[] RNN_GATES = {0};

  static final Map<String, Operation> TABLE =
      Map.of(
          "LSTM", RecurrentOperations::lstm,
          "GRU", RecurrentOperations::gru,
          "RNN", RecurrentOperations::rnn);

  private RecurrentOperations() {}

  private static void lstm(Emission node) throws UnsupportedModelException, InvalidModelException {
    requireSequences(node);
    requireFunctions(node, "Sigmoid", "Tanh", "Tanh");
    if (node.has(7)) {
      throw node.lacks("peepholes (P)");
    }
    if (node.node().whole("input_forget", 0) != 0) {
      throw node.lacks("input_forget");
    }
    String states = "[%s, %s]".formatted(initial(node, 5), initial(node, 6));
    results(node, library(node, "lstm", states, LSTM_GATES, 3));
  }

  private static void gru(Emission node) throws UnsupportedModelException, InvalidModelException {
    requireSequences(node);
    requireFunctions(node, "Sigmoid", "Tanh");
    results(
        node,
        node.node().whole("linear_before_reset", 0) == 0
            ? SteppedGru.write(node)
            : library(node, "gru", initial(node, 5), GRU_GATES, 2));
  }

  private static void rnn(Emission node) throws UnsupportedModelException, InvalidModelException {
    requireSequences(node);
    String function = functions(node, "Tanh").getFirst();
    requireFunctions(node, function.equalsIgnoreCase("Relu") ? "Relu" : "Tanh");
    String name = function.equalsIgnoreCase("Relu") ? "rnn_relu" : "rnn_tanh";
    results(node, library(node, name, initial(node, 5), RNN_GATES, 2));
  }

  /// Sequences must fill all steps.
  private static void requireSequences(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    Dim steps = node.known().recurrence().steps();
    if (node.has(4)) {
      var lengths = node.known().input(4).wholes();
      if (lengths.isEmpty() || !lengths.get().values().stream().allMatch(steps::equals)) {
        throw node.lacks(
            "sequence_lens that are not known to be the whole sequence, %s".formatted(steps));
      }
    }
    if (node.node().real("clip", 0) != 0) {
      throw node.lacks("clip");
    }
  }

  private static List<String> functions(Emission node, String... usual)
      throws InvalidModelException {
    return switch (node.node().attributes().get("activations")) {
      case null -> List.of(usual);
      case Attribute.Texts(List<String> given) when !given.isEmpty() -> given;
      default -> throw node.known().wrong("attribute 'activations' must be a list of texts");
    };
  }

  private static void requireFunctions(Emission node, String... usual)
      throws UnsupportedModelException, InvalidModelException {
    List<String> given = functions(node, usual);
    for (int i = 0; i < given.size(); i++) {
      if (!given.get(i).equalsIgnoreCase(usual[i % usual.length])) {
        throw node.lacks(
            "the activations %s; it has %s".formatted(given, String.join(", ", usual)));
      }
    }
  }

  /// The sequence, steps first; turned round where it is read from its end only.
  static String sequence(Emission node) throws UnsupportedModelException, InvalidModelException {
    String x = node.input(0);
    if (node.known().recurrence().rowsFirst()) {
      x = "torch.permute(%s, [1, 0, 2])".formatted(x);
    }
    return node.local(reversed(node) ? "torch.flip(%s, [0])".formatted(x) : x);
  }

  private static boolean reversed(Emission node) throws InvalidModelException {
    return node.node().text("direction", "forward").equals("reverse");
  }

  /// The state before the first step, directions first.
  static String initial(Emission node, int position)
      throws UnsupportedModelException, InvalidModelException {
    Recurrence sizes = node.known().recurrence();
    if (!node.has(position)) {
      return node.local(
          "torch.zeros([%d, %s, %d], dtype=%d, device=%s)"
              .formatted(
                  sizes.directions(),
                  Emission.size(sizes.rows()),
                  sizes.hidden(),
                  node.torchType(node.known().input(0).type()),
                  Emission.DEVICE));
    }
    // Exporters give an expanded zero, which is not laid out as cuDNN wants it.
    return node.local(
        sizes.rowsFirst()
            ? "torch.contiguous(torch.permute(%s, [1, 0, 2]))".formatted(node.input(position))
            : "torch.contiguous(%s)".formatted(node.input(position)));
  }

  /// Calls PyTorch's implementation: the state after every step, `[steps × directions × rows ×
  /// hidden]`, then the last states.
  private static List<String> library(
      Emission node, String function, String states, int[] gates, int outputs)
      throws UnsupportedModelException, InvalidModelException {
    Recurrence sizes = node.known().recurrence();
    List<String> parameters = new ArrayList<>();
    for (int direction = 0; direction < sizes.directions(); direction++) {
      parameters.add(ordered(node, 1, direction, 0, gates));
      parameters.add(ordered(node, 2, direction, 0, gates));
      if (node.has(3)) {
        parameters.add(ordered(node, 3, direction, 0, gates));
        parameters.add(ordered(node, 3, direction, gates.length, gates));
      }
    }
    List<String> given =
        node.locals(
            outputs,
            "torch.%s(%s, %s, [%s], %s, 1, 0.0, True, %s, False)"
                .formatted(
                    function,
                    sequence(node),
                    states,
                    String.join(", ", parameters),
                    node.has(3) ? "True" : "False",
                    sizes.directions() == 2 ? "True" : "False"));
    List<Dim> apart =
        List.of(sizes.steps(), sizes.rows(), Dim.of(sizes.directions()), Dim.of(sizes.hidden()));
    List<String> results = new ArrayList<>(given);
    results.set(
        0,
        "torch.permute(torch.reshape(%s, %s), [0, 2, 1, 3])"
            .formatted(given.getFirst(), Emission.shape(apart)));
    return results;
  }

  /// One direction's gates of an input, in PyTorch's order.
  ///
  /// @param first where the gates begin, counted in gates
  static String ordered(Emission node, int position, int direction, int first, int[] gates)
      throws UnsupportedModelException, InvalidModelException {
    long hidden = node.known().recurrence().hidden();
    String all = node.local("torch.select(%s, 0, %d)".formatted(node.input(position), direction));
    String parts =
        IntStream.of(gates)
            .mapToObj(
                gate ->
                    "torch.narrow(%s, 0, %d, %d)".formatted(all, (first + gate) * hidden, hidden))
            .collect(Collectors.joining(", "));
    return node.local("torch.cat([%s])".formatted(parts));
  }

  /// Says what the outputs are, in the order of axes that the file wants.
  private static void results(Emission node, List<String> stepsFirst) throws InvalidModelException {
    boolean rowsFirst = node.known().recurrence().rowsFirst();
    for (int i = 0; i < stepsFirst.size(); i++) {
      if (!node.gives(i)) {
        continue;
      }
      String result = stepsFirst.get(i);
      if (i == 0 && reversed(node)) {
        result = "torch.flip(%s, [0])".formatted(result);
      }
      if (rowsFirst) {
        result = "torch.permute(%s, %s)".formatted(result, i == 0 ? "[2, 0, 1, 3]" : "[1, 0, 2]");
      }
      node.result(i, result);
    }
  }
}
