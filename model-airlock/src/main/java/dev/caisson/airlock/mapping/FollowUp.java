package dev.caisson.airlock.mapping;

import dev.caisson.airlock.attack.DiscreteTime;
import dev.caisson.airlock.mapping.Mapping.Intervals;
import dev.caisson.airlock.table.RecordColumn;
import dev.caisson.airlock.table.Records;
import java.util.Arrays;

/// Until when each row was followed, in discrete time, and whether it then had the event.
///
/// Interval `i` ends at cut `i`, that end included. An event after the last cut counts as none: the
/// model says nothing of that time. Who is lost within an interval has survived those before it.
public final class FollowUp {
  private final int intervals;
  private final int[] survived; // whole intervals
  private final boolean[] event;

  private FollowUp(int intervals, int[] survived, boolean[] event) {
    this.intervals = intervals;
    this.survived = survived;
    this.event = event;
  }

  static FollowUp of(Records records, Intervals time, float[] events) throws BadMappingException {
    float[] times =
        records
            .times()
            .orElseThrow(
                () ->
                    new BadMappingException(
                        "the time '%s' of the mapping was not read with the tables"
                            .formatted(time.time())));
    double[] cuts = time.cuts().stream().mapToDouble(Double::doubleValue).toArray();
    int[] survived = new int[times.length];
    boolean[] event = new boolean[times.length];
    for (int row = 0; row < times.length; row++) {
      if (!(times[row] >= 0)) {
        throw new BadMappingException(
            "%s, column '%s': a time is a number of at least 0"
                .formatted(records.where(row), RecordColumn.ofNumbers(time.time()).name()));
      }
      int found = Arrays.binarySearch(cuts, times[row]);
      int before = found >= 0 ? found : -found - 1; // cuts below the time
      event[row] = events[row] == 1 && before < cuts.length;
      survived[row] = event[row] || found < 0 ? before : found + 1;
    }
    return new FollowUp(cuts.length, survived, event);
  }

  /// What [dev.caisson.airlock.attack.Predictions] takes in survival: of each of the first rows the
  /// log-likelihood of what happened.
  ///
  /// @param hazards a number for each interval, row after row; logits, or probabilities if so said
  public float[] logLikelihoods(float[] hazards, boolean probabilities) {
    if (hazards.length % intervals != 0 || hazards.length / intervals > survived.length) {
      throw new IllegalArgumentException(
          "%d hazards for %d rows of %d intervals"
              .formatted(hazards.length, survived.length, intervals));
    }
    float[] likelihoods = new float[hazards.length / intervals];
    float[] logits = new float[intervals];
    for (int row = 0; row < likelihoods.length; row++) {
      for (int i = 0; i < intervals; i++) {
        float hazard = hazards[row * intervals + i];
        logits[i] = probabilities ? logit(hazard) : hazard;
      }
      likelihoods[row] = (float) DiscreteTime.logLikelihood(logits, survived[row], event[row]);
    }
    return likelihoods;
  }

  private static float logit(float probability) {
    double clipped = Math.clamp(probability, 1e-7, 1 - 1e-7); // a float's own grain near 1
    return (float) (Math.log(clipped) - Math.log1p(-clipped));
  }
}
