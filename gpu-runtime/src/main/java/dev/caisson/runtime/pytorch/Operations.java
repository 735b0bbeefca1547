package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Every operation that this engine has, by its ONNX name.
final class Operations {
  private static final Map<String, Operation> TABLE = new TreeMap<>();

  static {
    TABLE.putAll(LinearOperations.TABLE);
    TABLE.putAll(RecurrentOperations.TABLE);
    TABLE.putAll(ArithmeticOperations.TABLE);
    TABLE.putAll(ActivationOperations.TABLE);
    TABLE.putAll(ArrangingOperations.TABLE);
    TABLE.putAll(DropoutOperations.TABLE);
    TABLE.putAll(PickingOperations.TABLE);
    TABLE.putAll(ReducingOperations.TABLE);
    TABLE.putAll(LogicOperations.TABLE);
    TABLE.putAll(ConvolutionOperations.TABLE);
    TABLE.putAll(PoolingOperations.TABLE);
    TABLE.putAll(NormalisingOperations.TABLE);
    TABLE.putAll(ResizeOperations.TABLE);
    TABLE.putAll(PaddingOperations.TABLE);
  }

  private Operations() {}

  static boolean has(Node node) {
    return TABLE.containsKey(node.operation());
  }

  static Set<String> names() {
    return TABLE.keySet();
  }

  /// Refuses a graph with an operation that is not here; the message names all of those.
  static void requireAll(Graph graph) throws UnsupportedModelException {
    List<String> missing = lacks(graph);
    if (!missing.isEmpty()) {
      throw new UnsupportedModelException(
          "%s; docs/reference/onnx-operations.md lists those that it has"
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
                "the pytorch engine has no operation for %s%s"
                    .formatted(
                        nodes.getFirst().label(),
                        nodes.size() == 1
                            ? ""
                            : " and %d more of its kind".formatted(nodes.size() - 1)))
        .toList();
  }

  static Operation of(Node node) throws UnsupportedModelException {
    Operation operation = TABLE.get(node.operation());
    if (operation == null) {
      throw new UnsupportedModelException(
          "the pytorch engine has no operation for " + node.label());
    }
    return operation;
  }
}
