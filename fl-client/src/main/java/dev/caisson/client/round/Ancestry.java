package dev.caisson.client.round;

import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.ledger.RoundRecord;
import dev.caisson.client.round.States.UnusableStateException;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.strategy.StateStep;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.Opening;
import dev.caisson.secagg.message.Succession;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/// How this site knows that a round's state is the study's and not one that the coordinator made
/// up: it is the plan's first, or it follows by the plan's strategy from a sum that this site
/// contributed to, and checked where sums are checked.
final class Ancestry {
  private final LocalStudy study;
  private final EgressLedger ledger;
  private final States states;
  private final Outbox outbox;
  private final boolean acceptsUnverified;

  Ancestry(
      LocalStudy study,
      EgressLedger ledger,
      States states,
      Outbox outbox,
      boolean acceptsUnverified) {
    this.study = study;
    this.ledger = ledger;
    this.states = states;
    this.outbox = outbox;
    this.acceptsUnverified = acceptsUnverified;
  }

  sealed interface Finding {
    record Known(Descent descent) implements Finding {}

    /// The state is not what the sum gives.
    record Invented(Fault fault) implements Finding {}
  }

  /// Reads the sum where that is needed, and remembers which state it gave.
  Finding of(Opening opening, String round) throws IOException {
    try {
      return found(opening, round);
    } finally {
      states.dropSum();
    }
  }

  private Finding found(Opening opening, String round) throws IOException {
    Digest state = opening.manifest().manifest().model();
    if (state.equals(states.first())) {
      return new Finding.Known(Descent.FIRST);
    }
    if (ledger.journal().hasComputed(study.scope(Purpose.TRAIN), state)) {
      return new Finding.Known(Descent.COMPUTED);
    }
    if (opening.succession().isEmpty()) {
      return new Finding.Known(Descent.TRUSTED);
    }
    Succession succession = opening.succession().get();
    RoundManifest previous = succession.previous();
    Optional<JournalEntry.Answered> answer = ledger.journal().answer(previous.digest());
    if (answer.isEmpty()
        || !previous.config().equals(RoundVectors.config(study.plan(), Purpose.TRAIN))) {
      return new Finding.Known(Descent.TRUSTED);
    }
    Optional<Finding> wrong = wrong(succession);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    try {
      float[] before = states.of(previous.model(), outbox);
      Path sum = states.sum(succession.sum(), Aggregate.contentBytes(previous), outbox);
      StateStep.Made made =
          study
              .steps()
              .next(
                  before,
                  Aggregate.decode(
                      previous,
                      answer.get().survivors(),
                      RoundRecord.chunks(sum, previous.layout())));
      Digest computed = made.digest();
      if (!computed.equals(state)) {
        return invented(
            "state %s does not follow from the sum of the round before, which gives %s"
                .formatted(state.shortHex(), computed.shortHex()));
      }
      if (isUnchecked(previous)) {
        states.keep(made);
        return new Finding.Known(Descent.TOLD);
      }
      Optional<Fault> objection =
          ledger.record(
              new JournalEntry.Succeeded(previous.digest(), succession.sum(), computed),
              study.study(),
              round);
      if (objection.isPresent()) {
        return new Finding.Invented(objection.get());
      }
      states.keep(made);
      return new Finding.Known(Descent.COMPUTED);
    } catch (UnusableStateException | ArithmeticException e) {
      return invented(String.valueOf(e.getMessage()));
    } catch (MalformedException e) {
      return invented("the sum of the round before is none: " + e.getMessage());
    } catch (UncheckedIOException e) {
      throw new IOException("a sum cannot be read: " + e.getMessage(), e);
    }
  }

  /// Why no state may come from this sum, if so: it was found wrong, or is not the one that was
  /// verified.
  private Optional<Finding> wrong(Succession succession) {
    Optional<JournalEntry.Checked> check = ledger.journal().check(succession.previous().digest());
    if (check.isEmpty()) {
      return Optional.empty();
    }
    return switch (check.get().result()) {
      case VERIFIED ->
          check.get().sum().equals(succession.sum())
              ? Optional.empty()
              : Optional.of(
                  wrong("the sum of the round before is another than the one that was checked"));
      case WRONG ->
          Optional.of(wrong("the sum of the round before is wrong: " + check.get().words()));
      case UNVERIFIED -> Optional.empty();
    };
  }

  /// Whether this site should have checked the round's sum, could not, and does not go on from it
  /// by itself.
  private boolean isUnchecked(RoundManifest previous) {
    boolean verified =
        ledger
            .journal()
            .check(previous.digest())
            .filter(check -> check.result() == JournalEntry.Checked.Result.VERIFIED)
            .isPresent();
    return !verified && !acceptsUnverified && SumChecking.isDue(previous);
  }

  private static Finding wrong(String detail) {
    return new Finding.Invented(new Fault(Rule.CHECKED_SUM, Fault.COORDINATOR, detail));
  }

  private static Finding invented(String detail) {
    return new Finding.Invented(new Fault(Rule.BASE_STATE, Fault.COORDINATOR, detail));
  }
}
