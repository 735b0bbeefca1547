package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.Map;

/// Nonlinear functions of one tensor.
final class ActivationOperations {
  static final Map<String, Operation> TABLE =
      Map.of(
          "Relu", unary("relu"),
          "Sigmoid", unary("sigmoid"),
          "Tanh", unary("tanh"),
          "LeakyRelu", withAlpha("leaky_relu", 0.01f),
          "Elu", withAlpha("elu", 1f),
          "Softplus", unary("softplus"),
          "Gelu", ActivationOperations::gelu,
          "Softmax", alongAxis("softmax"),
          "LogSoftmax", alongAxis("log_softmax"));

  private ActivationOperations() {}

  private static Operation unary(String name) {
    return node -> node.result("torch.%s(%s)".formatted(name, node.input(0)));
  }

  private static Operation withAlpha(String name, float otherwise) {
    return node ->
        node.result(
            "torch.%s(%s, %s)"
                .formatted(
                    name, node.input(0), Emission.literal(node.node().real("alpha", otherwise))));
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
}
