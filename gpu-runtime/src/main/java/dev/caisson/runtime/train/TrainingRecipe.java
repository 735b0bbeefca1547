package dev.caisson.runtime.train;

/// How to train: part of the plan, the same at every site.
///
/// @param learningRate the rate that the schedule's factors multiply
/// @param batchSize rows per step; the last step of an epoch takes what is left
/// @param proximal FedProx's mu (Li et al. 2020): the pull back to the loaded weights, 0 for none
/// @param clipNorm the longest gradient, over all weights together, 0 for no limit (Pascanu et al.
///   2013)
/// @param offset whether the trainer takes a fixed vector that is added to every gradient
///   ([Trainer#load(float[], float[])])
///
///   The local terms together: of a step's gradient g at the weights v, loaded from w, `g +
///   proximal · (v - w) + offset` is what the limit of length, the weight decay and the optimiser
///   get, in this order. So decay and Adam's moments see the terms as part of the gradient; AdamW's
///   decay, which stays out of the moments, is not touched by them.
public record TrainingRecipe(
    Loss loss,
    Optimiser optimiser,
    double learningRate,
    int batchSize,
    double proximal,
    Schedule schedule,
    double clipNorm,
    boolean offset) {
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

  /// Without an offset.
  public TrainingRecipe(
      Loss loss,
      Optimiser optimiser,
      double learningRate,
      int batchSize,
      double proximal,
      Schedule schedule,
      double clipNorm) {
    this(loss, optimiser, learningRate, batchSize, proximal, schedule, clipNorm, false);
  }

  /// At a constant rate, without local terms or a limit.
  public TrainingRecipe(Loss loss, Optimiser optimiser, double learningRate, int batchSize) {
    this(loss, optimiser, learningRate, batchSize, 0, Schedule.constant(), 0);
  }

  public TrainingRecipe withProximal(double mu) {
    return new TrainingRecipe(
        loss, optimiser, learningRate, batchSize, mu, schedule, clipNorm, offset);
  }

  public TrainingRecipe withSchedule(Schedule other) {
    return new TrainingRecipe(
        loss, optimiser, learningRate, batchSize, proximal, other, clipNorm, offset);
  }

  public TrainingRecipe withClipNorm(double norm) {
    return new TrainingRecipe(
        loss, optimiser, learningRate, batchSize, proximal, schedule, norm, offset);
  }

  /// With a vector that is added to every gradient, as SCAFFOLD's `c - c_i` (Karimireddy et al.
  /// 2020).
  public TrainingRecipe withOffset() {
    return new TrainingRecipe(
        loss, optimiser, learningRate, batchSize, proximal, schedule, clipNorm, true);
  }
}
