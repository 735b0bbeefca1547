package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.train.TrainingSet;
import java.util.Random;

/// Seeded rows for tests.
final class Rows {
  private Rows() {}

  static float[] gaussians(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /// Two inputs in 0..1, labelled by whether exactly one is above a half: no linear model learns
  /// it.
  static TrainingSet exclusiveOr(int rows, long seed) {
    Random random = new Random(seed);
    float[] x = new float[2 * rows];
    float[] y = new float[rows];
    for (int i = 0; i < rows; i++) {
      boolean a = random.nextBoolean();
      boolean b = random.nextBoolean();
      x[2 * i] = (a ? 0.9f : 0.1f) + 0.1f * random.nextFloat();
      x[2 * i + 1] = (b ? 0.9f : 0.1f) + 0.1f * random.nextFloat();
      y[i] = a ^ b ? 1 : 0;
    }
    return new TrainingSet(x, rows, 2, y);
  }
}
