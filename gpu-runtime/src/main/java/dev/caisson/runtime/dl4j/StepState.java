package dev.caisson.runtime.dl4j;

/// What our own vertices and the trainer share while a step runs: the file's vector, its gradient,
/// and the step's seed.
final class StepState {
  private final float[] vector;
  private final float[] gradient;
  private long seed;
  private boolean follows;

  StepState(int length) {
    this.vector = new float[length];
    this.gradient = new float[length];
  }

  /// The file's numbers; changed in place.
  float[] vector() {
    return vector;
  }

  /// The gradient of the step's loss; statistics have none.
  float[] gradient() {
    return gradient;
  }

  /// Decides the step's dropout masks.
  long seed() {
    return seed;
  }

  void seed(long value) {
    seed = value;
  }

  /// Whether running statistics follow the batch. Not in a dry run.
  boolean follows() {
    return follows;
  }

  void follows(boolean value) {
    follows = value;
  }
}
