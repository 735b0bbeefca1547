package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.shape.Inferred;
import dev.caisson.runtime.shape.Shapes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Linear layers that exporters have taken apart into a Transpose of the matrix, a MatMul and an
/// Add of the bias. PyTorch does all three in one pass over memory.
final class LinearLayers {
  /// One layer, by the names of its values.
  ///
  /// @param transposed whether `matrix` is `[outputs × inputs]`, as PyTorch keeps it
  record Layer(String input, String matrix, boolean transposed, String bias) {}

  private final Map<Node, Layer> layers = new HashMap<>();
  private final Set<Node> parts = new HashSet<>();

  private LinearLayers() {}

  static LinearLayers of(Shapes shapes, String output) throws InvalidModelException {
    LinearLayers found = new LinearLayers();
    Map<String, Integer> readers = new HashMap<>(Map.of(output, 1));
    Map<String, Node> makers = new HashMap<>();
    for (Node node : shapes.nodes()) {
      node.inputs().forEach(name -> readers.merge(name, 1, Integer::sum));
      node.outputs().forEach(name -> makers.put(name, node));
    }
    for (Node node : shapes.nodes()) {
      if (node.operation().equals("Add")) {
        for (int side = 0; side < 2; side++) {
          Node product = makers.get(node.input(side));
          String bias = node.input(1 - side);
          if (product != null
              && product.operation().equals("MatMul")
              && readers.getOrDefault(node.input(side), 0) == 1
              && fits(shapes, product, bias)) {
            found.add(node, product, bias, makers, readers);
            break;
          }
        }
      }
    }
    return found;
  }

  /// Whether the product is of rows with a matrix, and the bias has a number for each column.
  private static boolean fits(Shapes shapes, Node product, String bias) {
    Inferred rows = shapes.of(product.input(0));
    Inferred matrix = shapes.of(product.input(1));
    Inferred added = shapes.of(bias);
    return rows.isReal()
        && rows.rank() >= 2
        && matrix.rank() == 2
        && added.rank() == 1
        && added.dims().getFirst().equals(matrix.dims().getLast());
  }

  private void add(
      Node sum, Node product, String bias, Map<String, Node> makers, Map<String, Integer> readers)
      throws InvalidModelException {
    parts.add(product);
    Node turned = makers.get(product.input(1));
    if (turned == null
        || !turned.operation().equals("Transpose")
        || !turned.wholes("perm").equals(List.of(1L, 0L))) {
      layers.put(sum, new Layer(product.input(0), product.input(1), false, bias));
      return;
    }
    layers.put(sum, new Layer(product.input(0), turned.input(0), true, bias));
    if (readers.getOrDefault(product.input(1), 0) == 1) {
      parts.add(turned);
    }
  }

  /// The layer that a node completes.
  Optional<Layer> completedBy(Node node) {
    return Optional.ofNullable(layers.get(node));
  }

  /// Whether a node is only a part of a layer, so that its own output is never read.
  boolean hasPart(Node node) {
    return parts.contains(node);
  }
}
