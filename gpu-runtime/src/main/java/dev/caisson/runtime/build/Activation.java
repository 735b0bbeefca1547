package dev.caisson.runtime.build;

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
}
