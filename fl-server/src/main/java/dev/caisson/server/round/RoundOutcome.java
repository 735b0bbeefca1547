package dev.caisson.server.round;

import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.trust.Digest;
import java.time.Duration;
import java.util.SortedMap;

/// How a round ended. Both ways are ordinary: sites come and go.
public sealed interface RoundOutcome {
  /// There is a sum over its survivors.
  ///
  /// @param bytesOut payload bytes that each site of the cohort sent
  record Completed(
      String round, Digest manifest, SumResult sum, SortedMap<String, Long> bytesOut, Duration took)
      implements RoundOutcome {}

  /// No sum was opened, for this reason.
  record Ended(String reason) implements RoundOutcome {}
}
