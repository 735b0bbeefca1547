package dev.caisson.protocol.study;

import static dev.caisson.protocol.study.StudyPlan.require;

/// What a site does with the global model in one round.
///
/// @param epochs passes over the site's members per round
/// @param batch persons per optimiser step
public record TrainingPlan(
    int epochs,
    int batch,
    Optimiser optimiser,
    double learningRate,
    double momentum,
    double weightDecay) {
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

  public enum Optimiser {
    SGD,
    ADAM,
    ADAMW
  }
}
