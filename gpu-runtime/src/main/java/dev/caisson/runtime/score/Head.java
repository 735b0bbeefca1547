package dev.caisson.runtime.score;

import java.util.List;

/// What a session's outputs mean, as far as the graph tells; see
/// [dev.caisson.runtime.onnx.ScoringGraph].
///
/// @param gives what the numbers are
/// @param classes texts of the classes, in the order of the outputs, or empty if the graph names
///   none that fit. With one output and two classes, the number is for the second; otherwise there
///   are as many as outputs: a binary classifier that gives two columns keeps both.
/// @param trees how many trees the outputs come from, 0 if none
/// @param words one sentence on what was taken and what was cut off
public record Head(Gives gives, List<String> classes, int trees, String words) {
  public enum Gives {
    /// Softmax of the outputs (of a single one: its sigmoid) is what the model gives.
    LOGITS,
    /// Probabilities, with all that rounding and clipping has taken.
    PROBABILITIES,
    /// Predicted values of a regression.
    VALUES,
    /// Floats at the end of a graph that does not tell their meaning: a network's last layer, a
    /// machine's decision values.
    UNKNOWN
  }

  public Head {
    classes = List.copyOf(classes);
    if (trees < 0) {
      throw new IllegalArgumentException("a model has %d trees".formatted(trees));
    }
  }
}
