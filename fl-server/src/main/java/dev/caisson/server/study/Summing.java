package dev.caisson.server.study;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.server.round.Deadlines;
import dev.caisson.server.round.RoundDriver;
import dev.caisson.server.round.RoundOutcome;
import dev.caisson.server.round.RoundRequest;
import dev.caisson.server.round.Shelf;
import dev.caisson.server.site.Mailbox;
import dev.caisson.server.site.SiteLink;
import dev.caisson.server.store.CoordinatorDatabase;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// Takes one sum of a study: gathers sites, draws the cohort, runs the round, and tries again.
/// Belongs to the study's thread.
///
/// An attempt is in the database before its first message; over whom its sum goes is there before
/// any site can answer. From then on every further attempt is over exactly these sites ([Pinned]),
/// in this process or a later one, until the sum is there: a site answers once for a state, and
/// again only where the sum is the same.
final class Summing {
  private static final int MAX_ATTEMPTS = 5;

  private final Submission submission;
  private final CoordinatorDatabase database;
  private final Clock clock;
  private final RoundDriver driver;
  private final Deadlines deadlines;
  private final Participants participants;
  private final Gathering gathering;
  private final Mailbox mailbox;
  private final StudyLog log;

  Summing(
      Submission submission,
      CoordinatorDatabase database,
      Clock clock,
      RoundDriver driver,
      Deadlines deadlines,
      Participants participants,
      Gathering gathering,
      Mailbox mailbox,
      StudyLog log) {
    this.submission = submission;
    this.database = database;
    this.clock = clock;
    this.driver = driver;
    this.deadlines = deadlines;
    this.participants = participants;
    this.gathering = gathering;
    this.mailbox = mailbox;
    this.log = log;
  }

  /// What came of it.
  sealed interface Result {
    /// @param begun the headway that the round started with, this attempt counted
    record Sum(RoundOutcome.Completed done, Headway begun) implements Result {}

    /// It does not work as things are.
    record Stuck(String why, Pause pause) implements Result {}

    /// Something else is to be done first.
    record Disturbed() implements Result {}
  }

  /// What is summed.
  record Wanted(Purpose purpose, VectorSpec vector, Weights weights, String what) {
    static Wanted training(Submission submission, int round) {
      return new Wanted(
          Purpose.TRAIN,
          RoundVectors.training(submission.plan(), submission.parameters().length()),
          RoundVectors.weights(submission.plan()),
          "round " + round);
    }

    static Wanted evaluation(Submission submission) {
      return new Wanted(
          Purpose.EVALUATE,
          RoundVectors.evaluation(submission.plan()),
          new Weights.Equal(),
          "the final evaluation");
    }

    static Wanted audit(VectorSpec vector) {
      return new Wanted(Purpose.AUDIT, vector, new Weights.Equal(), "the airlock's audit");
    }
  }

  /// @param shelf where content for the check of an attempt is put
  Result take(Wanted wanted, Headway from, ShelfOf shelf) throws InterruptedException, IOException {
    Headway headway = from;
    String last = "";
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      Optional<Pinned> pinned = pinned(wanted.purpose(), headway);
      SortedMap<String, SiteLink> ready;
      switch (gathering.await(pinned)) {
        case Gathering.Outcome.Disturbed() -> {
          return new Result.Disturbed();
        }
        case Gathering.Outcome.TooFew(String why, boolean forGood) -> {
          return new Result.Stuck(why, forGood ? Pause.TROUBLE : Pause.MISSING);
        }
        case Gathering.Outcome.Ready(SortedMap<String, SiteLink> sites) -> ready = sites;
      }
      headway = headway.attempted();
      RoundOutcome outcome = run(wanted, headway, cohort(wanted, headway, pinned, ready), shelf);
      outcome.culprits().forEach(site -> participants.exclude(site, outcome.faults()));
      participants.tellUnsigned(wanted.what(), outcome.unsigned());
      switch (outcome) {
        case RoundOutcome.Completed done -> {
          return new Result.Sum(done, headway);
        }
        case RoundOutcome.Ended(String reason, _) -> {
          last = reason;
          boolean answered = pinned(wanted.purpose(), headway).isPresent();
          log.trouble(
              "%s ended without a result: %s (attempt %d of %d; %s)"
                  .formatted(
                      wanted.what(),
                      reason,
                      attempt,
                      MAX_ATTEMPTS,
                      answered ? "it is repeated over the same sites" : "nothing was opened"),
              sql -> AttemptTable.phase(sql, submission.study(), AttemptTable.Phase.ENDED));
        }
      }
    }
    return new Result.Stuck(
        "%s ended without a result %d times; the last time: %s"
            .formatted(wanted.what(), MAX_ATTEMPTS, last),
        Pause.TROUBLE);
  }

  /// A shelf for the check of one attempt.
  @FunctionalInterface
  interface ShelfOf {
    Shelf attempt(long attempt);
  }

  /// Over whom this sum must go, if sites may have answered for it.
  Optional<Pinned> pinned(Purpose purpose, Headway headway) {
    return database
        .<Optional<Pinned>, RuntimeException>read(
            sql -> AttemptTable.pinned(sql, submission.study()))
        .filter(pinned -> pinned.purpose() == purpose && pinned.state().equals(headway.head()));
  }

  private SortedMap<String, SiteLink> cohort(
      Wanted wanted, Headway headway, Optional<Pinned> pinned, SortedMap<String, SiteLink> ready) {
    return pinned.isPresent() || wanted.purpose() != Purpose.TRAIN
        ? ready
        : Cohorts.draw(submission.plan(), headway.roundsDone() + 1L, headway.attempts(), ready);
  }

  private RoundOutcome run(
      Wanted wanted, Headway headway, SortedMap<String, SiteLink> cohort, ShelfOf shelf)
      throws InterruptedException, IOException {
    String study = submission.study();
    StudyPlan plan = submission.plan();
    log.change(
        sql -> {
          StudyTable.moveOn(sql, study, headway, clock.instant());
          AttemptTable.begin(
              sql,
              study,
              new AttemptTable.Attempt(
                  headway.attempts(),
                  wanted.purpose(),
                  AttemptTable.Phase.COLLECTING,
                  clock.instant()));
        });
    return driver.run(
        new RoundRequest(
            study,
            headway.attempts(),
            headway.roundsDone() + 1L, // states are numbered by the training rounds before them
            wanted.purpose(),
            headway.head(),
            headway.succession(),
            RoundVectors.config(plan, wanted.purpose()),
            plan.aggregation().threshold(),
            wanted.vector(),
            wanted.weights(),
            plan.aggregation().signatures(),
            deadlines),
        cohort,
        mailbox,
        participants::handle,
        shelf.attempt(headway.attempts()),
        survivors -> pin(wanted, headway, survivors));
  }

  /// Once sites may have answered for a state, no other sum over it is asked for: who answered
  /// would refuse, and who did not would be bound to something else.
  private Optional<String> pin(Wanted wanted, Headway headway, List<String> survivors) {
    Optional<Pinned> before = pinned(wanted.purpose(), headway);
    if (before.isPresent() && !before.get().sites().equals(survivors)) {
      return Optional.of(
          "the sum must go over exactly %s, because sites may have answered for it already"
              .formatted(String.join(", ", before.get().sites())));
    }
    String study = submission.study();
    log.change(
        sql -> {
          AttemptTable.phase(sql, study, AttemptTable.Phase.ANSWERING);
          AttemptTable.pin(sql, study, new Pinned(wanted.purpose(), headway.head(), survivors));
        });
    return Optional.empty();
  }
}
