package dev.caisson.runtime.pytorch;

import java.util.Map;

/// Element by element, with broadcasting (ONNX's rule is PyTorch's).
final class ArithmeticOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Add", binary("add"),
          "Sub", binary("sub"),
          "Mul", binary("mul"),
          "Div", binary("div"),
          "Neg", node -> node.result("torch.neg(%s)".formatted(node.input(0))));

  private ArithmeticOperations() {}

  private static Operation binary(String name) {
    return node -> node.result("torch.%s(%s, %s)".formatted(name, node.input(0), node.input(1)));
  }
}
