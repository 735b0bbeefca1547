package dev.caisson.runtime.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where the values of a graph come from, node by node in the graph's order: which of them are
/// initializers in another arrangement, which follow from the file and from shapes alone, and which
/// depend on a weight.
final class Lineage {
  /// Operations whose output is their first input in another arrangement.
  private static final Set<String> WHOLE =
      Set.of(
          "Transpose",
          "Identity",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Flatten",
          "CastLike",
          "Expand");

  /// Operations whose outputs are pieces of their first input, if file and shapes fix which.
  private static final Set<String> PIECES = Set.of("Slice", "Split", "Gather");

  private static final Set<String> SHAPES = Set.of("Shape", "Size");

  /// An LSTM's weights are put together from 4 initializers at most, each cut into 4; a bound keeps
  /// a chain of concatenations from growing quadratically.
  private static final int MOST_ORIGINS = 16;

  /// An initializer that arrives somewhere, all of it or a piece.
  record Origin(String initializer, boolean whole) {}

  private final Map<String, List<Origin>> origins = new HashMap<>();
  private final Set<String> fixed = new HashSet<>();
  private final Set<String> learned = new HashSet<>();

  Lineage(List<Tensor> initializers) {
    for (Tensor tensor : initializers) {
      fixed.add(tensor.name());
      if (canTrain(tensor)) {
        origins.put(tensor.name(), List.of(new Origin(tensor.name(), true)));
      }
    }
  }

  static boolean canTrain(Tensor tensor) {
    return tensor.type() == ElementType.FLOAT && tensor.shape().rank() > 0 && tensor.elements() > 0;
  }

  /// The initializers that this value is made of; empty for one that is computed.
  List<Origin> origins(String value) {
    return origins.getOrDefault(value, List.of());
  }

  private boolean isFixed(List<String> values) {
    return values.stream().allMatch(value -> value.isEmpty() || fixed.contains(value));
  }

  boolean dependsOnWeight(Node node) {
    return node.inputs().stream().anyMatch(learned::contains);
  }

  /// Says that this node's outputs depend on a weight.
  void learn(Node node) {
    learned.addAll(node.outputs());
  }

  static boolean asksForShape(Node node) {
    return SHAPES.contains(node.operation());
  }

  /// Follows a node; true where it only arranges initializers and so reads none itself.
  boolean follow(Node node) {
    if (dependsOnWeight(node)) {
      learn(node);
    }
    if (asksForShape(node) || (isFixed(node.inputs()) && !node.operation().startsWith("Random"))) {
      fixed.addAll(node.outputs());
    }
    List<Origin> handed = handed(node);
    node.outputs().forEach(output -> origins.put(output, handed));
    return !handed.isEmpty() || asksForShape(node);
  }

  private List<Origin> handed(Node node) {
    List<Origin> first = origins(node.input(0));
    String operation = node.operation();
    if (operation.equals("Concat")) {
      return joined(node);
    }
    if (WHOLE.contains(operation) || (operation.equals("Cast") && toFloat(node))) {
      return first;
    }
    if (PIECES.contains(operation) && isFixed(node.inputs().stream().skip(1).toList())) {
      return first.stream().map(origin -> new Origin(origin.initializer(), false)).toList();
    }
    return List.of();
  }

  /// A concatenation of initializers and nothing else counts as all of each.
  private List<Origin> joined(Node node) {
    List<Origin> all = new ArrayList<>();
    for (String input : node.inputs()) {
      if (origins(input).isEmpty()) {
        return List.of();
      }
      for (Origin origin : origins(input)) {
        Origin whole = new Origin(origin.initializer(), true);
        if (!all.contains(whole)) {
          all.add(whole);
        }
      }
      if (all.size() > MOST_ORIGINS) {
        return List.of();
      }
    }
    return List.copyOf(all);
  }

  private static boolean toFloat(Node node) {
    return node.attributes().get("to") instanceof Attribute.Whole(long type)
        && type == ElementType.FLOAT.number();
  }
}
