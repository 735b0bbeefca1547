package dev.caisson.runtime.build;

import java.util.Locale;

/// What stands between two layers.
public enum Activation {
  RELU("Relu"),
  TANH("Tanh"),
  SIGMOID("Sigmoid"),
  LEAKY_RELU("LeakyRelu"),
  GELU("Gelu");

  private final String operation;

  Activation(String operation) {
    this.operation = operation;
  }

  /// The ONNX operation.
  String operation() {
    return operation;
  }

  /// Reads `relu`, `leaky_relu` and so on.
  public static Activation parse(String text) {
    for (Activation activation : values()) {
      if (activation.name().toLowerCase(Locale.ROOT).equals(text)) {
        return activation;
      }
    }
    throw new IllegalArgumentException(
        "activation must be relu, tanh, sigmoid, leaky_relu or gelu, got '%s'".formatted(text));
  }
}
