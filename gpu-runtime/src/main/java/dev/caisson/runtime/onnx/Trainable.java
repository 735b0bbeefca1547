package dev.caisson.runtime.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Decides which initializers are parameters: float tensors that a node reads where that operation
/// has a weight or a bias. Everything else (shapes, scalars, means and scales of a built-in scaler)
/// stays a constant. To teach another operation's weights, add a line to [#WEIGHTS].
///
/// A parameter that two nodes read is refused: exporters merge initializers that happen to be equal
/// (two fresh biases, say), and training them as one would quietly tie layers together.
final class Trainable {
  /// Operation to the input positions that hold its parameters.
  private static final Map<String, Set<Integer>> WEIGHTS =
      Map.of(
          "Gemm", Set.of(0, 1, 2),
          "MatMul", Set.of(0, 1),
          "Add", Set.of(0, 1));

  /// Operations that hand a weight on in another arrangement.
  private static final Set<String> ARRANGING = Set.of("Transpose", "Identity");

  private final Map<String, String> origins = new HashMap<>();
  private final Map<String, Node> readers = new HashMap<>();

  private Trainable(Graph graph) {
    for (Tensor tensor : graph.initializers()) {
      if (tensor.type() == ElementType.FLOAT
          && tensor.shape().rank() > 0
          && tensor.elements() > 0) {
        origins.put(tensor.name(), tensor.name());
      }
    }
  }

  /// Positions of the parameters in the list of initializers, ascending.
  static List<Integer> positions(Graph graph) throws InvalidModelException {
    Trainable trainable = new Trainable(graph);
    for (Node node : graph.nodes()) {
      trainable.read(node);
    }
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < graph.initializers().size(); i++) {
      Tensor tensor = graph.initializers().get(i);
      if (trainable.readers.containsKey(tensor.name())) {
        requireFinite(tensor);
        positions.add(i);
      }
    }
    return positions;
  }

  private void read(Node node) throws InvalidModelException {
    if (ARRANGING.contains(node.operation())) {
      String origin = origins.get(node.input(0));
      if (origin != null && !node.outputs().isEmpty()) {
        origins.put(node.outputs().getFirst(), origin);
      }
      return;
    }
    for (int position : WEIGHTS.getOrDefault(node.operation(), Set.of())) {
      String origin = origins.get(node.input(position));
      if (origin == null) {
        continue;
      }
      Node other = readers.put(origin, node);
      if (other != null) {
        throw new InvalidModelException(
            "initializer '%s' is read by %s and by %s: exporters merge equal tensors, and training would tie the layers; export again with optimize=False"
                .formatted(origin, other.label(), node.label()));
      }
    }
  }

  private static void requireFinite(Tensor tensor) throws InvalidModelException {
    float[] values = tensor.floats();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new InvalidModelException(
            "initializer '%s' holds %s at position %d; weights must be finite"
                .formatted(tensor.name(), values[i], i));
      }
    }
  }
}
