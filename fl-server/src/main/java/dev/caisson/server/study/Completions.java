package dev.caisson.server.study;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.server.round.RoundOutcome;
import dev.caisson.trust.Digest;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is kept of a round that has come to a sum.
final class Completions {
  private Completions() {}

  /// @param state the digest of the state after it
  static RoundTable.Done of(
      RoundOutcome.Completed done,
      Purpose purpose,
      long attempt,
      int number,
      Digest state,
      Clock clock) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    for (String metric : List.of(RoundVectors.LOSS, RoundVectors.AUC)) {
      metrics.put(metric, done.sum().aggregate().mean(metric)[0]);
    }
    return new RoundTable.Done(
        attempt,
        number,
        purpose,
        new Candidate.RoundRecord(
            done.round(),
            done.sum().aggregate().manifest().digest(),
            done.sum().d3(),
            state,
            done.sum().survivors()),
        new StudyLog.Figures(metrics, done.bytesOut(), done.took().toMillis()),
        clock.instant());
  }
}
