package dev.caisson.runtime.train;

/// How to train: part of the plan, the same at every site.
///
/// @param batchSize rows per step; the last step of an epoch takes what is left
/// @param proximal FedProx's mu (Li et al. 2020): the pull back to the loaded vector, 0 for none
public record TrainingRecipe(
    Loss loss, Optimiser optimiser, double learningRate, int batchSize, double proximal) {
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
  }

  public TrainingRecipe(Loss loss, Optimiser optimiser, double learningRate, int batchSize) {
    this(loss, optimiser, learningRate, batchSize, 0);
  }

  public TrainingRecipe withProximal(double mu) {
    return new TrainingRecipe(loss, optimiser, learningRate, batchSize, mu);
  }
}
