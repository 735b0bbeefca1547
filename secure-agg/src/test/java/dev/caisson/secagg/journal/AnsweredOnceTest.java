package dev.caisson.secagg.journal;

import static dev.caisson.secagg.journal.Notes.ABC;
import static dev.caisson.secagg.journal.Notes.ABCD;
import static dev.caisson.secagg.journal.Notes.SCOPE;
import static dev.caisson.secagg.journal.Notes.answered;
import static dev.caisson.secagg.journal.Notes.consented;
import static dev.caisson.secagg.journal.Notes.d;
import static dev.caisson.secagg.journal.Notes.uploaded;

import dev.caisson.secagg.Memory;
import dev.caisson.secagg.Rule;
import org.junit.jupiter.api.Test;

/// Over a sparse graph the same survivors do not make the same sum.
final class AnsweredOnceTest {
  private final Notes notes = new Notes(Memory.opened(1));

  private static JournalEntry.Begun sparse(String round) {
    return new JournalEntry.Begun(d(round), "study", 1, "train", SCOPE, d("state"), ABCD, 3, false);
  }

  private static JournalEntry.Begun complete(String round) {
    return new JournalEntry.Begun(d(round), "study", 1, "train", SCOPE, d("state"), ABCD, 3);
  }

  @Test
  void aStateAnsweredOverASparseGraphIsNotAnsweredAgain() {
    notes.write(sparse("1"));
    notes.answer("1", "x", ABC);
    for (JournalEntry.Begun again : new JournalEntry.Begun[] {sparse("2"), complete("3")}) {
      notes.write(again);
      notes.write(
          new JournalEntry.Uploaded(again.manifest(), d("root"), d("x"))); // the same input may go
      notes.refuses(
          new JournalEntry.Consented(again.manifest(), d("d3"), ABC),
          Rule.SPENT_STATE,
          "over a sparse graph the same survivors do not make the same sum");
    }
  }

  @Test
  void aStateAnsweredOverACompleteGraphIsNotAnsweredOverASparseOne() {
    notes.write(complete("1"));
    notes.answer("1", "x", ABC);
    notes.write(sparse("2"));
    notes.write(uploaded("2", "x"));
    notes.refuses(consented("2", ABC), Rule.SPENT_STATE, "was answered before");
    notes.write(complete("3"));
    notes.answer("3", "x", ABC);
  }

  /// Two rounds at once: both consents were given before either answer.
  @Test
  void ofTwoRoundsAtOnceOneIsAnswered() {
    for (String round : new String[] {"1", "2"}) {
      notes.write(sparse(round));
      notes.write(uploaded(round, "x"));
      notes.write(consented(round, ABC));
    }
    notes.write(answered("1", ABC));
    notes.refuses(answered("2", ABC), Rule.SPENT_STATE, "was answered before");
  }
}
