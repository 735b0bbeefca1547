package dev.caisson.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What one measurement of rounds found.
///
/// @param submitSeconds to send the model, and have it checked and kept
/// @param bare seconds of each bare transfer
/// @param early each process after a tenth of the rounds
/// @param end each process after the last
record RoundsResult(
    RoundsSettings settings,
    double submitSeconds,
    List<RoundsWatch.Round> rounds,
    List<String> troubles,
    List<Double> bare,
    Map<String, ProcessSample> early,
    Map<String, ProcessSample> end) {
  RoundsResult {
    if (rounds.isEmpty() || bare.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    rounds = List.copyOf(rounds);
    troubles = List.copyOf(troubles);
    bare = List.copyOf(bare);
  }

  double median() {
    return Median.of(rounds, RoundsWatch.Round::seconds);
  }

  double atCoordinator() {
    return Median.of(rounds, RoundsWatch.Round::atCoordinator);
  }

  double bareMedian() {
    return Median.of(bare, Double::doubleValue);
  }

  /// How many times as long a round takes as the bare transfer of its model.
  double ratio() {
    return median() / bareMedian();
  }

  double bytesSent() {
    return Median.of(rounds, RoundsWatch.Round::bytesSent);
  }

  /// The smallest that nine of ten rounds do not pass.
  double ninth() {
    double[] sorted = sorted(RoundsWatch.Round::seconds);
    return sorted[(int) Math.ceil(0.9 * sorted.length) - 1];
  }

  double slowest() {
    double[] sorted = sorted(RoundsWatch.Round::seconds);
    return sorted[sorted.length - 1];
  }

  private double[] sorted(ToDoubleFunction<RoundsWatch.Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
