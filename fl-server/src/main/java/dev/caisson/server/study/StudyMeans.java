package dev.caisson.server.study;

import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.server.round.Deadlines;
import dev.caisson.server.round.RoundDriver;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.server.store.CoordinatorDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/// What is the same for all studies of a coordinator.
///
/// @param patience how long a study waits for sites that are away
/// @param onCandidate called when a study has become a candidate
/// @param onEnd called with a study's name when its thread ends
record StudyMeans(
    CoordinatorDatabase database,
    StudyContent content,
    SiteDirectory sites,
    RoundDriver driver,
    Clock clock,
    Duration patience,
    Runnable onCandidate,
    Consumer<String> onEnd) {

  Deadlines deadlines(Submission submission) {
    AggregationPlan aggregation = submission.plan().aggregation();
    return Deadlines.of(
        Duration.ofSeconds(aggregation.secondsPerRound()),
        Duration.ofMillis(aggregation.uploadAfterMillis()),
        aggregation.checkLimit(submission.parameters().length()),
        patience);
  }
}
