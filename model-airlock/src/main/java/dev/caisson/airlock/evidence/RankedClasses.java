package dev.caisson.airlock.evidence;

import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.statistics.Counting;
import java.util.Arrays;
import java.util.Optional;

/// The AUC of one class against the rest, or the plain mean over classes; classes that have no row,
/// or all, are left out.
final class RankedClasses {
  private RankedClasses() {}

  static Optional<Measurement> auc(Predictions predictions, Spread spread) {
    int classes = predictions.task() == Task.MULTICLASS ? predictions.width() : 2;
    int[] sizes = new int[classes];
    for (int row = spread.from(); row < spread.to(); row++) {
      sizes[(int) predictions.label(row)]++;
    }
    int first = predictions.task() == Task.MULTICLASS ? 0 : 1;
    int ranked = 0;
    for (int one = first; one < classes; one++) {
      ranked += sizes[one] > 0 && sizes[one] < spread.rows() ? 1 : 0;
    }
    if (ranked == 0) {
      return Optional.empty();
    }
    double sum = 0;
    int smaller = Integer.MAX_VALUE;
    for (int one = first; one < classes; one++) {
      if (sizes[one] > 0 && sizes[one] < spread.rows()) {
        sum += ranked(predictions, spread, one, sizes[one], ranked);
        int named = one;
        smaller = Math.min(smaller, spread.count(r -> predictions.label(r) == named ? 1 : 0));
        smaller = Math.min(smaller, spread.count(r -> predictions.label(r) == named ? 0 : 1));
      }
    }
    return Optional.of(Measurement.of(Metric.AUC, sum / ranked, spread, smaller));
  }

  /// The AUC of this class; adds each row's placement to its person.
  private static double ranked(
      Predictions predictions, Spread spread, int named, int size, int ranked) {
    double[] in = new double[size];
    double[] out = new double[spread.rows() - size];
    int i = 0;
    int j = 0;
    for (int row = spread.from(); row < spread.to(); row++) {
      if (predictions.label(row) == named) {
        in[i++] = predictions.leaning(row, named);
      } else {
        out[j++] = predictions.leaning(row, named);
      }
    }
    Arrays.sort(in);
    Arrays.sort(out);
    double sum = 0;
    for (double score : in) {
      sum += place(out, score);
    }
    double auc = sum / size;
    spread.add(
        row -> {
          double score = predictions.leaning(row, named);
          return predictions.label(row) == named
              ? (place(out, score) - auc) / in.length / ranked
              : (1 - place(in, score) - auc) / out.length / ranked;
        });
    return auc;
  }

  private static double place(double[] sorted, double score) {
    double places = (double) Counting.below(sorted, score) + Counting.upTo(sorted, score);
    return places / 2 / sorted.length;
  }
}
