package dev.caisson.runtime.score;

import dev.caisson.runtime.onnx.Meaning;
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
public record Head(Meaning gives, List<String> classes, int trees, String words) {
  public Head {
    classes = List.copyOf(classes);
    if (trees < 0) {
      throw new IllegalArgumentException("a model has %d trees".formatted(trees));
    }
  }
}
