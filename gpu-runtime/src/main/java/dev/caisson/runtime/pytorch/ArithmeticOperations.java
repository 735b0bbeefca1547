package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Arithmetic element by element, with broadcasting (ONNX's rule is PyTorch's).
final class ArithmeticOperations {
  static final Map<String, Operation> TABLE = new HashMap<>();

  static {
    for (String name : List.of("Add", "Sub", "Mul", "Pow")) {
      TABLE.put(name, binary(name.toLowerCase(java.util.Locale.ROOT)));
    }
    TABLE.put("Div", ArithmeticOperations::div);
    TABLE.put("Mod", ArithmeticOperations::mod);
    for (String name :
        List.of(
            "Neg",
            "Abs",
            "Sqrt",
            "Exp",
            "Log",
            "Erf",
            "Reciprocal",
            "Floor",
            "Ceil",
            "Round",
            "Sign",
            "Sin",
            "Cos",
            "Tan")) {
      TABLE.put(name, unary(name.toLowerCase(java.util.Locale.ROOT)));
    }
    TABLE.put("Min", several("minimum"));
    TABLE.put("Max", several("maximum"));
    TABLE.put("Sum", several("add"));
    TABLE.put("Mean", ArithmeticOperations::mean);
    TABLE.put("Clip", ArithmeticOperations::clip);
    TABLE.put("CumSum", ArithmeticOperations::cumulativeSum);
  }

  private ArithmeticOperations() {}

  static Operation unary(String name) {
    return node -> node.result("torch.%s(%s)".formatted(name, node.input(0)));
  }

  static Operation binary(String name) {
    return node -> node.result("torch.%s(%s, %s)".formatted(name, node.input(0), node.input(1)));
  }

  private static Operation several(String name) {
    return node -> node.result(folded(node, name));
  }

  private static String folded(Emission node, String name)
      throws UnsupportedModelException, InvalidModelException {
    String result = node.input(0);
    for (int i = 1; i < node.node().inputs().size(); i++) {
      // A line each: one expression would be as deep as the node has inputs.
      result = node.local("torch.%s(%s, %s)".formatted(name, result, node.input(i)));
    }
    return result;
  }

  private static void mean(Emission node) throws UnsupportedModelException, InvalidModelException {
    node.result("torch.div(%s, %d)".formatted(folded(node, "add"), node.node().inputs().size()));
  }

  /// Whole numbers are divided as C does, towards zero. Dividing by -1 is done by changing the
  /// sign: the processor traps on -2^63 / -1, which would end the process.
  private static void div(Emission node) throws UnsupportedModelException, InvalidModelException {
    String a = node.input(0);
    String b = node.input(1);
    if (node.known().input(0).isReal()) {
      node.result("torch.div(%s, %s)".formatted(a, b));
      return;
    }
    String flips = node.local("torch.eq(%s, -1)".formatted(b));
    node.result(
        "torch.where(%2$s, torch.neg(%1$s), torch.div(%1$s, torch.masked_fill(%3$s, %2$s, 1), rounding_mode=\"trunc\"))"
            .formatted(a, flips, b));
  }

  /// The sign of the divisor, or with `fmod` that of the dividend. What -1 leaves is what 1 leaves:
  /// the processor traps on -2^63 / -1.
  private static void mod(Emission node) throws UnsupportedModelException, InvalidModelException {
    String function = node.node().whole("fmod", 0) == 0 ? "remainder" : "fmod";
    String b = node.input(1);
    if (!node.known().input(0).isReal()) {
      b = "torch.masked_fill(%1$s, torch.eq(%1$s, -1), 1)".formatted(b);
    }
    node.result("torch.%s(%s, %s)".formatted(function, node.input(0), b));
  }

  private static void clip(Emission node) throws UnsupportedModelException, InvalidModelException {
    String result = node.input(0);
    if (node.has(1)) {
      result = "torch.maximum(%s, %s)".formatted(result, node.input(1));
    }
    if (node.has(2)) {
      result = "torch.minimum(%s, %s)".formatted(result, node.input(2));
    }
    node.result(result);
  }

  private static void cumulativeSum(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    int axis = node.known().axis(node.known().number(1), node.known().input(0).rank());
    String x = node.input(0);
    String sum =
        node.node().whole("reverse", 0) == 0
            ? "torch.cumsum(%s, %d)".formatted(x, axis)
            : "torch.flip(torch.cumsum(torch.flip(%s, [%2$d]), %2$d), [%2$d])".formatted(x, axis);
    node.result(
        node.node().whole("exclusive", 0) == 0 ? sum : "torch.sub(%s, %s)".formatted(sum, x));
  }
}
