package dev.caisson.secagg.journal;

import static dev.caisson.secagg.journal.Notes.ABC;
import static dev.caisson.secagg.journal.Notes.ABCD;
import static dev.caisson.secagg.journal.Notes.SCOPE;
import static dev.caisson.secagg.journal.Notes.answered;
import static dev.caisson.secagg.journal.Notes.begun;
import static dev.caisson.secagg.journal.Notes.consented;
import static dev.caisson.secagg.journal.Notes.d;
import static dev.caisson.secagg.journal.Notes.succeeded;
import static dev.caisson.secagg.journal.Notes.uploaded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Memory;
import dev.caisson.secagg.Rule;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What a site does once: over all rounds, restarts and processes that share its journal.
final class JournalTest {
  private final Memory memory = Memory.opened(1);
  private final Notes notes = new Notes(memory);

  @Test
  void aManifestIsBegunOnceAndNeverAgainEvenAfterARestart() {
    notes.begin("one", "state");
    notes.refuses(
        begun("one", SCOPE, "state", "train"),
        Rule.BEGUN_ONCE,
        "began the round before and forgot its secrets");
    new Notes(memory.restarted(2)).refuses(begun("one", SCOPE, "state", "train"), Rule.BEGUN_ONCE);
    notes.begin("two", "state");
  }

  @Test
  void aRoundHasOneMaskedVectorOneConsentAndOneAnswer() {
    notes.begin("one", "state");
    notes.write(uploaded("one", "x"));
    notes.refuses(uploaded("one", "x"), Rule.ONCE_A_ROUND, "a second masked vector");
    notes.write(consented("one", ABCD));
    notes.refuses(consented("one", ABCD), Rule.ONCE_A_ROUND, "a second consent");
    notes.refuses(consented("one", ABC), Rule.ONCE_A_ROUND, "a second consent");
    notes.write(answered("one", ABCD));
    notes.refuses(answered("one", ABCD), Rule.ONCE_A_ROUND, "a second answer");
    new Notes(memory.restarted(2)).refuses(uploaded("one", "y"), Rule.ONCE_A_ROUND);
  }

  @Test
  void aStepBeforeTheOneThatItNeedsIsOurOwnMistake() {
    Journal journal = notes.journal();
    for (JournalEntry entry :
        List.of(
            new JournalEntry.Keyed(d("one"), d("d1"), new TreeMap<>()),
            uploaded("one", "x"),
            consented("one", ABC))) {
      assertThatThrownBy(() -> journal.objection(entry))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("never began");
    }
    notes.begin("one", "state");
    assertThatThrownBy(() -> journal.objection(consented("one", ABC)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without an upload");
    notes.write(uploaded("one", "x"));
    assertThatThrownBy(() -> journal.objection(answered("one", ABC)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("consents to a D3 before it answers");
    notes.write(consented("one", ABC));
    JournalEntry.Answered toAnother =
        new JournalEntry.Answered(d("one"), d("another d3"), ABC, List.of());
    assertThatThrownBy(() -> journal.objection(toAnother))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("consents to a D3 before it answers");
  }

  @Test
  void aSumHasOneSuccessorAndOnlyIfItWasAnswered() {
    notes.refuses(succeeded("zero", "a state"), Rule.BASE_STATE, "did not answer");
    notes.begin("one", "state").answer("one", "x", ABCD);
    notes.write(succeeded("one", "next"));
    notes.write(succeeded("one", "next")); // computed again
    notes.refuses(
        succeeded("one", "other"), Rule.ONE_SUCCESSOR, d("next").shortHex(), d("other").shortHex());
    assertThat(notes.journal().hasComputed(SCOPE, d("next"))).isTrue();
    assertThat(notes.journal().hasComputed(SCOPE, d("other"))).isFalse();
    assertThat(notes.journal().hasComputed(d("another scope"), d("next"))).isFalse();
  }

  /// The repetition has the same sum, so it has the same successor.
  @Test
  void aRepetitionHasTheSuccessorOfTheFirst() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    notes.begin("again", "state").answer("again", "x", ABCD);
    notes.write(succeeded("one", "next"));
    notes.refuses(succeeded("again", "other"), Rule.ONE_SUCCESSOR, "the same sum gave state");
    notes.write(succeeded("again", "next"));
    notes.begin("later", "next").answer("later", "y", ABCD);
    notes.write(succeeded("later", "after"));
  }

  /// A permit let it be another sum.
  @Test
  void anotherSumOverTheStateHasASuccessorOfItsOwn() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    notes.write(succeeded("one", "next"));
    notes.write(
        new JournalEntry.Permitted(new Permit.AnswerAgain("a", SCOPE, d("state"), "why", 1)));
    notes.begin("two", "state").answer("two", "x", ABC);
    notes.write(succeeded("two", "other"));
    notes.refuses(succeeded("two", "next"), Rule.ONE_SUCCESSOR);
    notes.refuses(succeeded("one", "other"), Rule.ONE_SUCCESSOR);
  }

  @Test
  void aPlanKeepsTheModelFileOfItsFirstRound() {
    JournalEntry.Adopted first = new JournalEntry.Adopted(d("plan"), d("model"));
    assertThat(notes.journal().hasAdopted(d("plan"), d("model"))).isFalse();
    notes.write(first);
    notes.write(first);
    notes.refuses(
        new JournalEntry.Adopted(d("plan"), d("nearly the model")),
        Rule.BASE_STATE,
        "works on another model file for this plan");
    notes.write(new JournalEntry.Adopted(d("another plan"), d("nearly the model")));
    assertThat(notes.journal().hasAdopted(d("plan"), d("model"))).isTrue();
    assertThat(notes.journal().hasAdopted(d("plan"), d("nearly the model"))).isFalse();
  }

  @Test
  void whatWasAnsweredIsCountedByStateAndToldByPurpose() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    notes.begin("again", "state").answer("again", "x", ABCD);
    notes.begin("two", "next").answer("two", "y", ABC);
    notes.begin("three", "after"); // never answered
    notes.write(begun("audit", d("audits"), "after", "audit"));
    notes.answer("audit", "z", ABC);
    Journal journal = notes.journal();
    assertThat(journal.answered(SCOPE, "train")).isEqualTo(2);
    assertThat(journal.answered(SCOPE, "audit")).isZero();
    assertThat(journal.answered(d("audits"), "audit")).isEqualTo(1);
    assertThat(journal.sums(SCOPE, "train")).containsExactlyInAnyOrder(ABCD, ABCD, ABC);
    assertThat(journal.spentFor(SCOPE, d("state"))).contains("train");
    assertThat(journal.spentFor(SCOPE, d("after"))).isEmpty();
    assertThat(journal.answer(d("two"))).contains(answered("two", ABC));
    assertThat(journal.answer(d("three"))).isEmpty();
  }

  /// Reading the entries again gives the same memory, entry by entry.
  @Test
  void aJournalIsTheFoldOverItsEntries() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    notes.write(succeeded("one", "next"));
    Memory restarted = memory.restarted(2);
    assertThat(restarted.entries()).hasSize(memory.entries().size() + 1);
    assertThat(restarted.journal().height()).isEqualTo(memory.journal().height() + 1);
    assertThat(restarted.journal().answer(d("one"))).contains(answered("one", ABCD));
    assertThat(restarted.journal().hasComputed(SCOPE, d("next"))).isTrue();
    new Notes(restarted).begin("two", "state");
    new Notes(restarted).refuses(uploaded("two", "other input"), Rule.SPENT_STATE);
  }
}
