package dev.caisson.runtime.dl4j;

import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Every operation that this engine has, by its ONNX name.
final class Operations {
  /// Those that only ever work on sizes here; [Shapes] does them.
  private static final Set<String> OF_SIZES =
      Set.of("Shape", "Size", "Range", "Equal", "Where", "Less", "Greater", "Not", "And", "Or");

  private static final Map<String, Operation> TABLE = new TreeMap<>();

  static {
    TABLE.putAll(LayerOperations.TABLE);
    TABLE.putAll(ActivationOperations.TABLE);
    TABLE.putAll(ElementwiseOperations.TABLE);
    TABLE.putAll(ArrangingOperations.TABLE);
    TABLE.putAll(NormalisingOperations.TABLE);
    TABLE.putAll(RecurrentOperations.TABLE);
  }

  private Operations() {}

  /// The operations on real numbers.
  static Set<String> names() {
    return TABLE.keySet();
  }

  static boolean has(Node node) {
    return TABLE.containsKey(node.operation()) || OF_SIZES.contains(node.operation());
  }

  /// Refuses a graph with an operation that is not here; the message names all of those.
  static void requireAll(Graph graph) throws UnsupportedModelException {
    List<String> missing = lacks(graph);
    if (!missing.isEmpty()) {
      throw new UnsupportedModelException(
          "%s; docs/reference/onnx-operations.md lists what each has"
              .formatted(String.join("; ", missing)));
    }
  }

  /// A sentence for each operation that is not here, naming its first node.
  static List<String> lacks(Graph graph) {
    Map<String, List<Node>> missing = new TreeMap<>();
    for (Node node : graph.nodes()) {
      if (!has(node)) {
        missing.computeIfAbsent(node.operation(), o -> new ArrayList<>()).add(node);
      }
    }
    return missing.values().stream()
        .map(
            nodes ->
                "%s%s: the dl4j engine lacks it; %s"
                    .formatted(
                        nodes.getFirst().label(),
                        nodes.size() == 1
                            ? ""
                            : " and %d more of its kind".formatted(nodes.size() - 1),
                        Shapes.knows(nodes.getFirst())
                            ? "the pytorch engine has it"
                            : "no engine has it"))
        .toList();
  }

  static Operation of(Node node) throws UnsupportedModelException {
    Operation operation = TABLE.get(node.operation());
    if (operation == null) {
      throw new UnsupportedModelException(
          "%s on numbers that depend on the rows: the dl4j engine lacks it; the pytorch engine has it"
              .formatted(node.label()));
    }
    return operation;
  }
}
