package dev.caisson.cli.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// The middle of some runs' figures, or the mean of the two in the middle.
final class Median {
  private Median() {}

  static <T> double of(List<T> runs, ToDoubleFunction<T> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle] + sorted[middle - 1]) / 2;
  }
}
