package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertAborted;
import static dev.caisson.secagg.Refusals.assertBroken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Memory;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.journal.Journal;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.secagg.message.Descent;
import dev.caisson.trust.Digest;
import java.util.NavigableMap;
import org.junit.jupiter.api.Test;

/// Round after round on one state, to subtract one sum from another. Sites that share their
/// memories over all rounds of a test; site i gives 2^i.
final class RepeatedSumsAttackTest {
  private final Federation four = new Federation(4);
  private final NavigableMap<String, Memory> memories = four.memories();
  private final RoundManifest first = four.one(3);

  @Test
  void aSecondSumOverOtherSurvivorsIsRefusedByAllThatAnswered() {
    assertThat(sum(begin(first)).aggregate().exactSum("x")).containsExactly(15);
    Play again = begin(retry("2"));
    again.toUploads();
    again.silent.add("site-003");
    assertThat(again.collectUploads()).isTrue();
    again.consent();
    assertThat(again.left).containsOnlyKeys("site-000", "site-001", "site-002");
    again
        .left
        .values()
        .forEach(
            fault ->
                assertSpent(
                    fault,
                    "was answered for [site-000, site-001, site-002, site-003]",
                    "a sum over [site-000, site-001, site-002] could be subtracted"));
    assertThat(again.collectConsents()).isFalse();
    assertAborted(again.last, "0 sites reached this step");
  }

  @Test
  void aSecondSumWithOtherInputsIsRefusedBeforeAnythingIsSent() {
    sum(begin(first));
    Play again = begin(retry("2"));
    again.numbers(1, 2, 4, 9).toUploads();
    assertThat(again.left).containsOnlyKeys("site-003");
    assertSpent(Play.at(again.left, "site-003"), "another input was sent for state");
    assertThat(again.fromSites).containsOnlyKeys("site-000", "site-001", "site-002");
  }

  /// The coordinator keeps site-003 out of steps 4 and 5 and opens the sum without it: its input is
  /// in that sum, whatever it knows of it.
  @Test
  void whoUploadedAndNeverAnsweredSendsNoOtherInputForThatState() {
    Play dark = begin(first).toUploads();
    assertThat(dark.collectUploads()).isTrue();
    dark.silent.add("site-003");
    dark.consent();
    assertThat(dark.collectConsents()).isTrue();
    dark.answer();
    assertThat(dark.sum().aggregate().exactSum("x")).containsExactly(15);
    Play again = begin(retry("2"));
    again.numbers(1, 2, 4, 9).toUploads();
    assertThat(again.left).containsOnlyKeys("site-003");
    assertSpent(Play.at(again.left, "site-003"), "another input was sent for state");
  }

  @Test
  void anotherPurposeIsNoWayRound() {
    sum(begin(first));
    Play audit = begin(ManifestDraft.like(retry("2")).purpose("audit").build());
    audit.numbers(1, 1, 1, 1).toUploads();
    // site-000 gave 1 before
    assertThat(audit.left).containsOnlyKeys("site-001", "site-002", "site-003");
    audit.left.values().forEach(fault -> assertSpent(fault, "another input"));
  }

  /// Both are begun, both uploaded; then the coordinator tries to have both answered.
  @Test
  void ofTwoRoundsInParallelOverOneStateOnlyOneIsAnswered() {
    Play one = begin(first).toUploads();
    Play two = begin(retry("2")).toUploads();
    assertThat(one.collectUploads()).isTrue();
    two.silent.add("site-003");
    assertThat(two.collectUploads()).isTrue();
    one.consent();
    two.consent();
    assertThat(one.left).isEmpty();
    assertThat(two.left).isEmpty();
    assertThat(two.collectConsents()).isTrue();
    two.answer();
    assertThat(two.sum().aggregate().exactSum("x")).containsExactly(7);
    assertThat(one.collectConsents()).isTrue();
    one.answer();
    assertThat(one.left).containsOnlyKeys("site-000", "site-001", "site-002");
    assertAborted(one.collectAnswers(), "1 sites reached this step (the list of answers)");
  }

  /// Real numbers, rounded by chance: the chance is the same, and so is every bit of the sum.
  @Test
  void anIdenticalRetryIsAnsweredAndGivesTheSameSumBitForBit() {
    RoundManifest real =
        ManifestDraft.like(first).vector(new Segment.Real("x", 300, 1.0, 1 << 15, true)).build();
    byte[] once = sum(withReals(begin(real), 0)).aggregate().content();
    RoundManifest retry = ManifestDraft.like(real).nonce("2").round(7).build();
    SumResult again = sum(withReals(begin(retry), 0));
    assertThat(again.aggregate().content()).isEqualTo(once);
    // one entry of one site moves by one step: refused
    Play third = withReals(begin(ManifestDraft.like(real).nonce("3").build()), 1.0 / (1 << 15));
    third.toUploads();
    assertThat(third.left).containsOnlyKeys("site-000");
  }

  private static Play withReals(Play play, double more) {
    for (String name : play.manifest.cohort()) {
      double[] values = new double[300];
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.sin(i + name.hashCode());
      }
      values[299] = name.equals("site-000") ? more : 0;
      play.inputs.put(name, Input.weighing(1).with("x", values));
    }
    return play;
  }

  @Test
  void aCustodiansPermitLetsOneMoreRoundPassAtItsSite() {
    sum(begin(first));
    for (String name : four.names().subList(0, 3)) {
      permit(name, 1);
    }
    Play again = begin(retry("2")).toUploads();
    again.silent.add("site-003");
    assertThat(again.toAnswers().sum().aggregate().exactSum("x")).containsExactly(7);
    Play third = begin(retry("3")).toUploads();
    third.silent.add("site-002");
    assertThat(third.collectUploads()).isTrue();
    third.consent();
    assertThat(third.left).containsOnlyKeys("site-000", "site-001", "site-003");
  }

  /// A permit is one custodian's: the other sites still refuse.
  @Test
  void onePermitOfOneSiteOpensNothing() {
    sum(begin(first));
    permit("site-000", 1);
    Play again = begin(retry("2")).toUploads();
    again.silent.add("site-003");
    assertThat(again.collectUploads()).isTrue();
    again.consent();
    assertThat(again.left).containsOnlyKeys("site-001", "site-002");
    assertThat(again.collectConsents()).isFalse();
    assertAborted(again.last, "1 sites reached this step");
  }

  @Test
  void theNextStateMayBeAnsweredWithOtherInputOverOthers() {
    sum(begin(first));
    Play next = begin(ManifestDraft.like(first).model("next").nonce("2").build());
    next.numbers(5, 6, 7, 8).silent.add("site-000");
    next.toUploads();
    assertThat(next.toAnswers().sum().aggregate().exactSum("x")).containsExactly(6 + 7 + 8);
  }

  /// Told twice with two results, by the first round's name or by its repetition's.
  @Test
  void twoSuccessorsOfOneSumAreRefused() {
    sum(begin(first));
    RoundManifest retry = retry("2");
    sum(begin(retry));
    Memory site = Play.at(memories, "site-000");
    assertThat(site.record(successor(first, "sum", "next"))).isEmpty();
    for (RoundManifest round : new RoundManifest[] {first, retry}) {
      Fault fault = site.record(successor(round, "sum plus e", "nearly next")).orElseThrow();
      assertBroken(fault, Rule.ONE_SUCCESSOR, Fault.COORDINATOR, "the same sum gave state");
      assertThat(site.record(successor(round, "sum", "next"))).isEmpty();
    }
  }

  private static JournalEntry.Succeeded successor(RoundManifest round, String sum, String state) {
    return new JournalEntry.Succeeded(round.digest(), Digest.ofText(sum), Digest.ofText(state));
  }

  @Test
  void aStateThatNobodyComputedIsRefusedByEverybody() {
    Play invented =
        Play.of(four, first)
            .memories(memories)
            .descent(Descent.TRUSTED, four.names().toArray(String[]::new))
            .lenient()
            .begin();
    assertThat(invented.collectKeys()).isTrue();
    invented.deal();
    assertThat(invented.left.keySet()).containsExactlyElementsOf(four.names());
    invented
        .left
        .values()
        .forEach(
            fault ->
                assertBroken(
                    fault,
                    Rule.BASE_STATE,
                    Fault.COORDINATOR,
                    "this site did not compute state " + first.model().shortHex(),
                    "0 members did, at least 3 = max(3, t) are needed"));
  }

  /// Two know it, or say so; with fewer than t of them all could side with the coordinator.
  @Test
  void aStateThatTooFewComputedIsRefusedByTheOthers() {
    Play few =
        Play.of(four, first)
            .memories(memories)
            .descent(Descent.TRUSTED, "site-000", "site-001")
            .descent(Descent.COMPUTED, "site-002", "site-003")
            .lenient()
            .begin();
    assertThat(few.collectKeys()).isTrue();
    few.deal();
    assertThat(few.left).containsOnlyKeys("site-000", "site-001");
    assertThat(few.collectShares()).isFalse();
  }

  @Test
  void aStateThatEnoughComputedIsTrustedByTheRest() {
    Play enough =
        Play.of(four, first)
            .memories(memories)
            .descent(Descent.TRUSTED, "site-000")
            .descent(Descent.COMPUTED, "site-001", "site-002", "site-003")
            .begin()
            .numbers(1, 2, 4, 8);
    assertThat(sum(enough).aggregate().exactSum("x")).containsExactly(15);
  }

  /// What the ledger reports to people: two honest rounds on two states, of nearly the same inputs.
  @Test
  void theJournalKeepsTheRowsOfItsSums() {
    sum(begin(first));
    Play next = begin(ManifestDraft.like(first).model("next").nonce("2").build());
    next.silent.add("site-000");
    sum(next);
    Journal journal = Play.at(memories, "site-001").journal();
    assertThat(journal.sums(Federation.SCOPE, "train"))
        .containsExactlyInAnyOrder(four.names(), four.names().subList(1, 4));
  }

  private Play begin(RoundManifest manifest) {
    return Play.of(four, manifest).memories(memories).lenient().begin().numbers(1, 2, 4, 8);
  }

  /// On the same state.
  private RoundManifest retry(String nonce) {
    return ManifestDraft.like(first).nonce(nonce).build();
  }

  private static SumResult sum(Play play) {
    SumResult sum = play.toUploads().toAnswers().sum();
    assertThat(play.left).isEmpty();
    return sum;
  }

  private void permit(String site, long at) {
    assertThat(
            Play.at(memories, site)
                .record(
                    new JournalEntry.Permitted(
                        new Permit.AnswerAgain(
                            site, Federation.SCOPE, first.model(), "site-003's disk died", at))))
        .isEmpty();
  }

  private static void assertSpent(Fault fault, String... words) {
    assertBroken(fault, Rule.SPENT_STATE, Fault.COORDINATOR, words);
  }
}
