package dev.caisson.airlock.attack;

import java.util.SplittableRandom;

/// Noise in the measure of each column: its deviation over all rows, or none where it holds only 0
/// and 1, which are flipped. A missing value stays missing.
final class Noise {
  private final double[] deviations; // 0 for a column to flip

  private Noise(double[] deviations) {
    this.deviations = deviations;
  }

  static Noise of(Inputs inputs) {
    double[] deviations = new double[inputs.width()];
    for (int column = 0; column < deviations.length; column++) {
      double sum = 0;
      double squares = 0;
      int count = 0;
      boolean flags = true;
      double origin = inputs.at(0, column); // so that a large mean costs no digits
      origin = Double.isFinite(origin) ? origin : 0;
      for (int row = 0; row < inputs.rows(); row++) {
        float value = inputs.at(row, column);
        if (!Float.isNaN(value)) {
          flags &= value == 0 || value == 1;
          sum += value - origin;
          squares += (value - origin) * (value - origin);
          count++;
        }
      }
      double mean = sum / Math.max(1, count);
      deviations[column] =
          flags ? 0 : Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean * mean));
    }
    return new Noise(deviations);
  }

  /// Writes the row with noise of `size` deviations to `to`, from `at` on.
  void disturb(Inputs inputs, int row, double size, SplittableRandom random, float[] to, int at) {
    double flip = Math.min(0.5, size / 6);
    for (int column = 0; column < deviations.length; column++) {
      float value = inputs.at(row, column);
      if (deviations[column] > 0) {
        value += (float) (size * deviations[column] * random.nextGaussian());
      } else if ((value == 0 || value == 1) && random.nextDouble() < flip) {
        value = 1 - value;
      }
      to[at + column] = value;
    }
  }
}
