package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Map;

/// What moves or names numbers without changing them.
final class ArrangingOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Identity", node -> node.alias(0),
          "Constant", ArrangingOperations::constant,
          "Flatten", ArrangingOperations::flatten,
          "Transpose", ArrangingOperations::transpose);

  private ArrangingOperations() {}

  private static void constant(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    if (node.node().attributes().get("value") instanceof Attribute.Stored(Tensor value)) {
      node.stored(value);
    } else if (node.node().attributes().get("value_float") instanceof Attribute.Real(float value)) {
      node.stored(Tensor.ofFloats(node.node().name(), Shape.of(), new float[] {value}));
    } else {
      throw node.lacks("constants other than 'value' and 'value_float'");
    }
  }

  /// To two dimensions: those before `axis`, and the others.
  private static void flatten(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    long axis = node.node().whole("axis", 1);
    String input = node.input(0);
    if (axis == 1) {
      node.result("torch.flatten(%s, 1)".formatted(input));
    } else if (axis == 0) {
      node.result("torch.reshape(%s, [1, -1])".formatted(input));
    } else {
      node.result("torch.flatten(torch.flatten(%s, %d), 0, -2)".formatted(input, axis));
    }
  }

  private static void transpose(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    List<Long> order = node.node().wholes("perm");
    if (order.isEmpty()) {
      throw node.lacks("Transpose without 'perm'");
    }
    node.result("torch.permute(%s, %s)".formatted(node.input(0), order));
  }
}
