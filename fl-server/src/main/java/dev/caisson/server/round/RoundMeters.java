package dev.caisson.server.round;

import dev.caisson.protocol.operations.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.function.Consumer;

/// Counts how rounds end. Nothing of a study or a site is in it.
public final class RoundMeters implements Consumer<RoundOutcome> {
  private final Timer completed;
  private final Counter ended;
  private final Counter faults;
  private final Counter silent;
  private final Counter bytes;

  public RoundMeters(Meters meters) {
    completed =
        meters.timer("rounds.completed", "Rounds that came to a sum, and how long they took");
    ended = meters.counter("rounds.ended", "Rounds that ended without a sum");
    faults = meters.counter("round.faults", "Rules of the aggregation that somebody broke");
    silent = meters.counter("round.dropouts", "Sites that were in a round and not in its sum");
    bytes = meters.counter("round.bytes", "Payload bytes that sites sent in rounds with a sum");
  }

  @Override
  public void accept(RoundOutcome outcome) {
    faults.increment(outcome.faults().size());
    switch (outcome) {
      case RoundOutcome.Completed done -> {
        completed.record(done.took());
        silent.increment(done.bytesOut().size() - done.sum().survivors().size());
        done.bytesOut().values().forEach(bytes::increment);
      }
      case RoundOutcome.Ended _ -> ended.increment();
    }
  }
}
