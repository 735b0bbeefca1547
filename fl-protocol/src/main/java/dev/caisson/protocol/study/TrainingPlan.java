package dev.caisson.protocol.study;

import static dev.caisson.protocol.study.StudyPlan.require;

/// What a site does with the global model in one round.
///
/// @param epochs passes over the site's members per round
/// @param batch persons per optimiser step
/// @param engine who computes at every site: engines round differently
public record TrainingPlan(
    int epochs,
    int batch,
    Optimiser optimiser,
    double learningRate,
    double momentum,
    double weightDecay,
    Engine engine) {
  public TrainingPlan {
    require(epochs >= 1 && epochs <= 1000, "training.epochs", "1 to 1000", epochs);
    require(batch >= 1 && batch <= 65_536, "training.batch", "1 to 65536", batch);
    require(
        learningRate > 0 && learningRate <= 10,
        "training.learning-rate",
        "above 0 and at most 10",
        learningRate);
    require(momentum >= 0 && momentum < 1, "training.momentum", "at least 0 and below 1", momentum);
    require(weightDecay >= 0 && weightDecay <= 1, "training.weight-decay", "0 to 1", weightDecay);
  }

  /// By the default engine.
  public TrainingPlan(
      int epochs,
      int batch,
      Optimiser optimiser,
      double learningRate,
      double momentum,
      double weightDecay) {
    this(epochs, batch, optimiser, learningRate, momentum, weightDecay, Engine.PYTORCH);
  }

  /// The engines that a plan can name, the default one first. What they can train is for the
  /// runtime to say.
  public enum Engine {
    PYTORCH("pytorch"),
    DL4J("dl4j");

    private final String key;

    Engine(String key) {
      this.key = key;
    }

    /// The name in plans, which is also that in the runtime.
    public String key() {
      return key;
    }
  }

  public enum Optimiser {
    SGD,
    ADAM,
    ADAMW
  }
}
