package dev.caisson.protocol.study;

import static dev.caisson.protocol.study.StudyPlan.require;

import java.util.List;

/// A model in a few words, for plans that do not bring a file of their own: linear layers with ReLU
/// between, one logit at the end; no hidden layer makes a logistic regression. Its first weights
/// are drawn from the plan's seed, so everybody can make the same file.
public record ModelPlan(int inputs, List<Integer> hidden) {
  /// The most trainable numbers that a plan may describe: everybody who reads it makes the file.
  public static final int MAX_PARAMETERS = 1 << 24;

  public ModelPlan {
    hidden = List.copyOf(hidden);
    require(inputs >= 1 && inputs <= 65_536, "model.inputs", "1 to 65536", inputs);
    require(hidden.size() <= 16, "model.hidden", "at most 16 layers", hidden.size());
    for (int width : hidden) {
      require(width >= 1 && width <= 65_536, "model.hidden", "widths of 1 to 65536", width);
    }
    long parameters = parameters(inputs, hidden);
    require(
        parameters <= MAX_PARAMETERS,
        "model",
        "a model of at most %d trainable numbers".formatted(MAX_PARAMETERS),
        parameters);
  }

  /// How many trainable numbers the layers have: weights and biases.
  public int parameters() {
    return (int) parameters(inputs, hidden);
  }

  private static long parameters(int inputs, List<Integer> hidden) {
    long sum = 0;
    long width = inputs;
    for (int next : hidden) {
      sum += (width + 1) * next;
      width = next;
    }
    return sum + width + 1;
  }
}
