package dev.caisson.secagg.journal;

import static dev.caisson.secagg.journal.Notes.ABC;
import static dev.caisson.secagg.journal.Notes.ABCD;
import static dev.caisson.secagg.journal.Notes.SCOPE;
import static dev.caisson.secagg.journal.Notes.answered;
import static dev.caisson.secagg.journal.Notes.begun;
import static dev.caisson.secagg.journal.Notes.consented;
import static dev.caisson.secagg.journal.Notes.d;
import static dev.caisson.secagg.journal.Notes.uploaded;

import dev.caisson.secagg.Memory;
import dev.caisson.secagg.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One sum a state: what was sent for a state binds the input, what was answered the survivors,
/// until the custodian says otherwise.
final class SpentStateTest {
  private static final List<String> ABD = List.of("a", "b", "d");
  private final Notes notes = new Notes(Memory.opened(1));

  @Test
  void aStateThatWasAnsweredIsAnsweredAgainWithTheSameInputOverTheSameSurvivorsAlone() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    notes.begin("two", "state");
    notes.refuses(uploaded("two", "y"), Rule.SPENT_STATE, "another input was sent for state");
    notes.write(uploaded("two", "x"));
    notes.refuses(
        consented("two", ABC), Rule.SPENT_STATE, "was answered for [a, b, c, d]", "over [a, b, c]");
    notes.write(consented("two", ABCD));
    notes.write(answered("two", ABCD));
    notes.begin("three", "next").answer("three", "y", ABC);
  }

  /// The coordinator may have opened a sum with it, of which this site never heard.
  @Test
  void anInputThatWasOnlySentBindsTheStateToo() {
    notes.begin("one", "state");
    notes.write(uploaded("one", "x"));
    notes.begin("two", "state");
    notes.refuses(uploaded("two", "y"), Rule.SPENT_STATE, "another input was sent for state");
    notes.answer("two", "x", ABC);
  }

  @Test
  void ofTwoRoundsInParallelOverOneStateOneIsAnswered() {
    notes.begin("one", "state").begin("two", "state");
    notes.write(uploaded("one", "x"));
    notes.refuses(uploaded("two", "y"), Rule.SPENT_STATE);
    notes.write(uploaded("two", "x"));
    notes.write(consented("one", ABCD));
    notes.write(consented("two", ABC));
    notes.write(answered("two", ABC));
    notes.refuses(answered("one", ABCD), Rule.SPENT_STATE, "was answered for [a, b, c]");
  }

  /// The same numbers over the same sites are the same sum, whatever it is called.
  @Test
  void anotherPurposeIsNoWayToAnotherSum() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    notes.write(begun("two", SCOPE, "state", "evaluate"));
    notes.refuses(uploaded("two", "y"), Rule.SPENT_STATE);
    notes.write(uploaded("two", "x"));
    notes.refuses(consented("two", ABC), Rule.SPENT_STATE);
  }

  @Test
  void anotherScopeHasStatesOfItsOwn() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    notes.write(begun("two", d("audits"), "state", "audit"));
    notes.answer("two", "y", ABC);
  }

  @Test
  void aPermitLetsOneMoreRoundPassAndNoSecond() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    permit(1);
    notes.begin("two", "state").answer("two", "y", ABC);
    notes.begin("three", "state");
    notes.refuses(uploaded("three", "x"), Rule.SPENT_STATE);
    notes.answer("three", "y", ABC); // the second sum again
    notes.begin("four", "state");
    notes.write(uploaded("four", "y"));
    notes.refuses(consented("four", ABD), Rule.SPENT_STATE);
    permit(2);
    notes.write(consented("four", ABD));
    notes.write(answered("four", ABD));
  }

  @Test
  void aPermitIsNotUsedUpByARepetition() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    permit(1);
    notes.begin("two", "state").answer("two", "x", ABCD);
    notes.write(begun("three", SCOPE, "state", "evaluate"));
    notes.answer("three", "x", ABCD);
    notes.begin("four", "state").answer("four", "y", ABC);
  }

  /// The round beside the permitted one sends the same input, and would open a sum of its own.
  @Test
  void aPermitForOneRoundIsNotSharedByAnotherBesideIt() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    permit(1);
    notes.begin("two", "state").begin("three", "state");
    notes.write(uploaded("two", "y"));
    notes.refuses(uploaded("three", "y"), Rule.SPENT_STATE, "another input was sent");
    notes.write(consented("two", ABC));
    notes.write(answered("two", ABC));
    notes.begin("four", "state").answer("four", "y", ABC);
  }

  @Test
  void ofTwoRoundsBesideEachOtherOnePermitLetsOneConsent() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    permit(1);
    notes.begin("two", "state").begin("three", "state");
    notes.write(uploaded("two", "x"));
    notes.write(uploaded("three", "x"));
    notes.write(consented("two", ABC));
    notes.refuses(consented("three", ABD), Rule.SPENT_STATE);
    notes.write(answered("two", ABC));
  }

  /// The second round had consented before the first was answered.
  @Test
  void aPermitThatAnAnswerNeededIsUsedUp() {
    notes.begin("one", "state").begin("two", "state");
    notes.write(uploaded("one", "x"));
    notes.write(uploaded("two", "x"));
    notes.write(consented("one", ABCD));
    notes.write(consented("two", ABC));
    notes.write(answered("one", ABCD));
    permit(1);
    notes.write(answered("two", ABC));
    notes.begin("three", "state");
    notes.write(uploaded("three", "x"));
    notes.refuses(consented("three", ABD), Rule.SPENT_STATE);
  }

  @Test
  void aPermitCountsOnceAndForItsScopeAndStateAlone() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    Permit permit = new Permit.AnswerAgain("a", SCOPE, d("state"), "why", 1);
    notes.write(new JournalEntry.Permitted(permit));
    notes.refuses(new JournalEntry.Permitted(permit), Rule.PERMIT_ONCE, "a permit counts once");
    notes.begin("two", "state").answer("two", "y", ABC);
    notes.write(
        new JournalEntry.Permitted(
            new Permit.AnswerAgain("a", SCOPE, d("another state"), "why", 2)));
    notes.write(
        new JournalEntry.Permitted(new Permit.AnswerAgain("a", d("audits"), d("state"), "why", 3)));
    notes.begin("three", "state");
    notes.refuses(uploaded("three", "z"), Rule.SPENT_STATE);
  }

  /// The permit's round died; its input is out all the same, and so is the first.
  @Test
  void afterAPermittedRoundThatDiedNeitherInputGoesOutWithoutAnotherPermit() {
    notes.begin("one", "state").answer("one", "x", ABCD);
    permit(1);
    notes.begin("two", "state");
    notes.write(uploaded("two", "y"));
    notes.begin("three", "state");
    notes.refuses(uploaded("three", "y"), Rule.SPENT_STATE);
    notes.refuses(uploaded("three", "x"), Rule.SPENT_STATE);
    permit(2);
    notes.answer("three", "y", ABCD);
  }

  private void permit(long at) {
    notes.write(
        new JournalEntry.Permitted(
            new Permit.AnswerAgain("a", SCOPE, d("state"), "c's disk died", at)));
  }
}
