package dev.caisson.runtime.train;

/// How to train: part of the plan, the same at every site.
///
/// @param learningRate the rate that the schedule's factors multiply
/// @param batchSize rows per step; the last step of an epoch takes what is left
/// @param proximal FedProx's mu (Li et al. 2020): the pull back to the loaded weights, 0 for none
/// @param clipNorm the longest gradient, over all weights together, 0 for no limit (Pascanu et al.
///   2013)
public record TrainingRecipe(
    Loss loss,
    Optimiser optimiser,
    double learningRate,
    int batchSize,
    double proximal,
    Schedule schedule,
    double clipNorm) {
  public TrainingRecipe {
    if (!(learningRate > 0 && learningRate <= 1000)) {
      throw new IllegalArgumentException(
          "learningRate must be above 0 and at most 1000, got " + learningRate);
    }
    if (batchSize < 1 || batchSize > 1 << 20) {
      throw new IllegalArgumentException("batchSize must be 1..1048576, got " + batchSize);
    }
    if (!(proximal >= 0 && proximal <= 1000)) {
      throw new IllegalArgumentException("proximal must be 0..1000, got " + proximal);
    }
    if (!(clipNorm >= 0 && clipNorm <= 1e9)) {
      throw new IllegalArgumentException("clipNorm must be 0..1e9, got " + clipNorm);
    }
  }

  /// At a constant rate, without a proximal term or a limit.
  public TrainingRecipe(Loss loss, Optimiser optimiser, double learningRate, int batchSize) {
    this(loss, optimiser, learningRate, batchSize, 0, Schedule.constant(), 0);
  }

  public TrainingRecipe withProximal(double mu) {
    return new TrainingRecipe(loss, optimiser, learningRate, batchSize, mu, schedule, clipNorm);
  }

  public TrainingRecipe withSchedule(Schedule other) {
    return new TrainingRecipe(loss, optimiser, learningRate, batchSize, proximal, other, clipNorm);
  }

  public TrainingRecipe withClipNorm(double norm) {
    return new TrainingRecipe(loss, optimiser, learningRate, batchSize, proximal, schedule, norm);
  }
}
