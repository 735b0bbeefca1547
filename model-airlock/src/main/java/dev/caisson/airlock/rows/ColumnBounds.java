package dev.caisson.airlock.rows;

import java.util.Arrays;

/// Between which values each column of some runs lies, so that what cannot be any of them, such as
/// numbers of nodes beside measurements, is told at its first value.
final class ColumnBounds {
  private static final double ROUNDING = 1.01;

  private final double[] least;
  private final double[] most;
  private double largestFloor;

  ColumnBounds(int width) {
    least = new double[width];
    most = new double[width];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
  }

  /// `floor` is the size by which the run's small values are compared.
  void include(double[] run, double floor) {
    for (int j = 0; j < run.length; j++) {
      least[j] = Math.min(least[j], run[j]);
      most[j] = Math.max(most[j], run[j]);
    }
    largestFloor = Math.max(largestFloor, floor);
  }

  /// Once all are included: by a tolerance relative to a run's value or floor.
  void widen(double tolerance) {
    for (int j = 0; j < least.length; j++) {
      double size = Math.max(largestFloor, Math.max(Math.abs(least[j]), Math.abs(most[j])));
      least[j] -= ROUNDING * tolerance * size;
      most[j] += ROUNDING * tolerance * size;
    }
  }

  /// False only if the window matches no run.
  boolean hold(double[] window) {
    for (int j = 0; j < window.length; j++) {
      if (window[j] < least[j] || window[j] > most[j]) {
        return false;
      }
    }
    return true;
  }
}
