package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;

/// Truth values, choices between values, and changes of type. No gradient flows through a
/// comparison.
final class LogicOperations {
  static final Map<String, Operation> TABLE =
      Map.ofEntries(
          Map.entry("Equal", ArithmeticOperations.binary("eq")),
          Map.entry("Less", ArithmeticOperations.binary("lt")),
          Map.entry("LessOrEqual", ArithmeticOperations.binary("le")),
          Map.entry("Greater", ArithmeticOperations.binary("gt")),
          Map.entry("GreaterOrEqual", ArithmeticOperations.binary("ge")),
          Map.entry("And", ArithmeticOperations.binary("logical_and")),
          Map.entry("Or", ArithmeticOperations.binary("logical_or")),
          Map.entry("Xor", ArithmeticOperations.binary("logical_xor")),
          Map.entry("Not", ArithmeticOperations.unary("logical_not")),
          Map.entry("Where", LogicOperations::where),
          Map.entry("Cast", node -> cast(node, node.known().output(0).orElseThrow().type())),
          Map.entry("CastLike", node -> cast(node, node.known().input(1).type())));

  private LogicOperations() {}

  private static void where(Emission node) throws UnsupportedModelException, InvalidModelException {
    node.result("torch.where(%s, %s, %s)".formatted(node.input(0), node.input(1), node.input(2)));
  }

  private static void cast(Emission node, ElementType to)
      throws UnsupportedModelException, InvalidModelException {
    if (node.torchType(to) == node.torchType(node.known().input(0).type())) {
      node.alias(0);
    } else {
      node.result("torch.to(%s, %d)".formatted(node.input(0), node.torchType(to)));
    }
  }
}
