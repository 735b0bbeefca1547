package dev.caisson.runtime.shape;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.InvalidModelException;
import java.util.List;
import java.util.Map;

/// Operations that read a sequence step by step and keep a state.
final class RecurrentRules {
  static final Map<String, Rule> TABLE = Map.of("LSTM", rule(4), "GRU", rule(3), "RNN", rule(1));

  /// The longest sequence for so many gates. PyTorch 2.7 was seen to end the process in training a
  /// GRU of 2^14 steps, and not with 2^13; an LSTM has a kernel of its own and was tried with 2^16.
  private static final Map<Integer, Integer> LONGEST = Map.of(4, 1 << 16, 3, 1 << 12, 1, 1 << 12);

  private RecurrentRules() {}

  /// The third output is an LSTM's alone.
  private static Rule rule(int gates) {
    return node -> {
      Recurrence sizes = Recurrence.of(node, gates);
      if (!sizes.steps().isFixed() || sizes.steps().fixed() > LONGEST.getOrDefault(gates, 0)) {
        throw node.wrong(
            "a sequence of %s steps; it must be of fixed length, at most %d"
                .formatted(sizes.steps(), LONGEST.getOrDefault(gates, 0)));
      }
      ElementType type = node.input(0).type();
      Dim inner = Dim.of(Math.multiplyExact(sizes.directions() * (gates + 4L), sizes.hidden()));
      // The gates, and what PyTorch keeps of each step for the gradient, some 16 KiB.
      node.makes(List.of(sizes.steps(), sizes.rows(), inner));
      node.makes(List.of(sizes.steps(), Dim.of(1 << 12)));
      node.works(
          List.of(
              sizes.steps(), sizes.rows(), inner, sizes.features().plus(Dim.of(sizes.hidden()))));
      node.result(0, Inferred.of(type, sizes.all()));
      node.result(1, Inferred.of(type, sizes.last()));
      node.result(2, Inferred.of(type, sizes.last()));
    };
  }

  /// The sizes of a node that its rule has accepted.
  static Recurrence sizes(Inference node) throws InvalidModelException {
    return switch (node.node().operation()) {
      case "LSTM" -> Recurrence.of(node, 4);
      case "GRU" -> Recurrence.of(node, 3);
      case "RNN" -> Recurrence.of(node, 1);
      default -> throw node.wrong("it keeps no state");
    };
  }
}
