package dev.caisson.runtime.pytorch;

import static dev.caisson.runtime.pytorch.Emission.literal;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.HashMap;
import java.util.Map;

/// Nonlinear functions of one tensor.
final class ActivationOperations {
  /// Of SELU (Klambauer et al. 2017), as ONNX writes them.
  private static final float SELU_ALPHA = 1.6732632f;

  private static final float SELU_GAMMA = 1.050701f;

  static final Map<String, Operation> TABLE = new HashMap<>();

  static {
    TABLE.put("Relu", ArithmeticOperations.unary("relu"));
    TABLE.put("Sigmoid", ArithmeticOperations.unary("sigmoid"));
    TABLE.put("Tanh", ArithmeticOperations.unary("tanh"));
    TABLE.put("Softplus", ArithmeticOperations.unary("softplus"));
    TABLE.put("Mish", ArithmeticOperations.unary("mish"));
    TABLE.put("HardSwish", ArithmeticOperations.unary("hardswish"));
    TABLE.put("LeakyRelu", withAlpha("leaky_relu", 0.01f));
    TABLE.put("Elu", withAlpha("elu", 1f));
    TABLE.put("Celu", withAlpha("celu", 1f));
    TABLE.put("Gelu", ActivationOperations::gelu);
    TABLE.put("Selu", ActivationOperations::selu);
    TABLE.put("HardSigmoid", ActivationOperations::hardSigmoid);
    TABLE.put("Softsign", ActivationOperations::softsign);
    TABLE.put("ThresholdedRelu", ActivationOperations::thresholdedRelu);
    TABLE.put("PRelu", ActivationOperations::prelu);
    TABLE.put("Softmax", alongAxis("softmax"));
    TABLE.put("LogSoftmax", alongAxis("log_softmax"));
  }

  private ActivationOperations() {}

  private static Operation withAlpha(String name, float otherwise) {
    return node ->
        node.result(
            "torch.%s(%s, %s)"
                .formatted(name, node.input(0), literal(node.node().real("alpha", otherwise))));
  }

  private static Operation alongAxis(String name) {
    return node ->
        node.result(
            "torch.%s(%s, %d)".formatted(name, node.input(0), node.node().whole("axis", -1)));
  }

  private static void gelu(Emission node) throws UnsupportedModelException, InvalidModelException {
    String approximate = node.node().text("approximate", "none");
    if (!approximate.equals("none") && !approximate.equals("tanh")) {
      throw node.lacks("approximate='%s'".formatted(approximate));
    }
    node.result("torch.gelu(%s, approximate=\"%s\")".formatted(node.input(0), approximate));
  }

  private static void selu(Emission node) throws UnsupportedModelException, InvalidModelException {
    node.result(
        "torch.elu(%s, %s, %s)"
            .formatted(
                node.input(0),
                literal(node.node().real("alpha", SELU_ALPHA)),
                literal(node.node().real("gamma", SELU_GAMMA))));
  }

  private static void hardSigmoid(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    node.result(
        "torch.clamp(torch.add(torch.mul(%s, %s), %s), 0.0, 1.0)"
            .formatted(
                node.input(0),
                literal(node.node().real("alpha", 0.2f)),
                literal(node.node().real("beta", 0.5f))));
  }

  private static void softsign(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    String x = node.input(0);
    node.result("torch.div(%s, torch.add(torch.abs(%s), 1.0))".formatted(x, x));
  }

  private static void thresholdedRelu(Emission node)
      throws UnsupportedModelException, InvalidModelException {
    String alpha = literal(node.node().real("alpha", 1));
    node.result("torch.threshold(%s, %s, 0.0)".formatted(node.input(0), alpha));
  }

  private static void prelu(Emission node) throws UnsupportedModelException, InvalidModelException {
    String x = node.input(0);
    node.result(
        "torch.add(torch.clamp(%1$s, 0.0, None), torch.mul(%2$s, torch.clamp(%1$s, None, 0.0)))"
            .formatted(x, node.input(1)));
  }
}
