package dev.caisson.airlock.evidence;

import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.statistics.ClopperPearson;
import dev.caisson.airlock.statistics.Interval;
import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// A metric on the rows of one side, with its standard deviation over *persons*: what each row adds
/// to the metric's first-order expansion is summed by person, and the squares of the sums make the
/// variance (for an AUC this is Obuchowski's, *Biometrics* 53, 1997, and DeLong's where each person
/// has one row). Intervals are normal, fair from some tens of persons on; where nobody errs they
/// are Clopper and Pearson's.
///
/// @param smaller the persons that it rests on at least: for an AUC those of the rarer class
record Measurement(Metric metric, double value, double sd, int persons, int smaller) {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /// On rows `from` to `to`; empty where these rows do not allow it (one class only, labels that
  /// are all the same).
  static Optional<Measurement> of(
      Metric metric, Predictions predictions, int from, int to, int[] personOf) {
    Spread spread = new Spread(from, to, personOf);
    return switch (metric) {
      case AUC -> RankedClasses.auc(predictions, spread);
      case ACCURACY -> Optional.of(mean(metric, spread, row -> predictions.correct(row) ? 1 : 0));
      case LOG_LOSS ->
          Optional.of(
              predictions.task() == Task.SURVIVAL
                  ? perPerson(metric, spread, predictions::loss)
                  : mean(metric, spread, predictions::loss));
      case MAE -> Optional.of(mean(metric, spread, row -> Math.abs(error(predictions, row))));
      case RMSE -> Optional.of(rmse(predictions, spread));
      case R2 -> r2(predictions, spread);
    };
  }

  private static double error(Predictions predictions, int row) {
    return (double) predictions.output(row, 0) - predictions.label(row);
  }

  private static Measurement mean(Metric metric, Spread spread, Spread.Value value) {
    double mean = spread.mean(value);
    double count = spread.rows();
    Spread around = spread.add(row -> (value.of(row) - mean) / count);
    return of(metric, mean, around, spread.persons());
  }

  /// The mean over persons of what their rows add up to.
  private static Measurement perPerson(Metric metric, Spread spread, Spread.Value value) {
    double persons = spread.persons();
    double mean = spread.mean(value) * spread.rows() / persons;
    Spread around = spread.add(row -> value.of(row) / persons).addEach(-mean / persons);
    return of(metric, mean, around, spread.persons());
  }

  private static Measurement rmse(Predictions predictions, Spread spread) {
    double mean = spread.mean(row -> square(error(predictions, row)));
    double root = Math.sqrt(mean);
    double weight = root == 0 ? 0 : 1 / (2 * root * spread.rows());
    Spread around = spread.add(row -> (square(error(predictions, row)) - mean) * weight);
    return of(Metric.RMSE, root, around, spread.persons());
  }

  private static Optional<Measurement> r2(Predictions predictions, Spread spread) {
    double centre = spread.mean(predictions::label);
    double all = spread.mean(row -> square(predictions.label(row) - centre));
    if (all == 0) {
      return Optional.empty();
    }
    double left = spread.mean(row -> square(error(predictions, row)));
    double share = left / all;
    double weight = 1 / (all * spread.rows());
    Spread around =
        spread.add(
            row ->
                weight
                    * (share * square(predictions.label(row) - centre)
                        - square(error(predictions, row))));
    return Optional.of(of(Metric.R2, 1 - share, around, spread.persons()));
  }

  private static double square(double value) {
    return value * value;
  }

  static Measurement of(Metric metric, double value, Spread around, int smaller) {
    return new Measurement(metric, value, around.sd(), around.persons(), smaller);
  }

  /// Two-sided 95%.
  Interval interval() {
    return new Interval(bound(-1, 0.975), bound(1, 0.975), 0.95);
  }

  /// One-sided 95%.
  double lowerBound() {
    return bound(-1, 0.95);
  }

  private double bound(int direction, double confidence) {
    if (metric.share() && (sd == 0 || value == 0 || value == 1) && (value == 0 || value == 1)) {
      long right = value == 1 ? smaller : 0;
      return direction < 0
          ? ClopperPearson.lowerBound(right, smaller, confidence)
          : ClopperPearson.upperBound(right, smaller, confidence);
    }
    double bound = value + direction * sd * NORMAL.inverseSurvivalProbability(1 - confidence);
    return Math.clamp(bound, metric.least(), metric.most());
  }
}
