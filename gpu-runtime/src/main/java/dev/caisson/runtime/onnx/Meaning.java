package dev.caisson.runtime.onnx;

/// What a model's output numbers are, as far as its graph, or somebody who knows it, tells.
public enum Meaning {
  /// Softmax of the outputs (of a single one: its sigmoid) is what the model gives.
  LOGITS,
  /// Probabilities, with all that rounding and clipping has taken.
  PROBABILITIES,
  /// Predicted values of a regression.
  VALUES,
  /// Numbers of which nothing tells the meaning: a network's last layer, a machine's decision
  /// values.
  UNKNOWN
}
