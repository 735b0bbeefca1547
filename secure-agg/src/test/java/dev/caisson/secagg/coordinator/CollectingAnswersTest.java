package dev.caisson.secagg.coordinator;

import static dev.caisson.secagg.Refusals.assertAborted;
import static dev.caisson.secagg.Refusals.assertFlawed;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Reachable;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.AnswerStatement.Recovery;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The coordinator that collects what survivors reveal. U3 is site-000 to site-003; site-004 is
/// lost before its upload.
final class CollectingAnswersTest {
  private static final Share WRONG = Share.of(1, 2, 3, 4, 5);
  private final Federation five = new Federation(5);
  private final Play play = answered(new Play(five, five.one(3)));

  @Test
  void bytesThatAreNoAnswerAreRejectedAndTheRightOneStillTaken() {
    byte[] answer = Play.at(play.fromSites, "site-000");
    rejects("site-000", new byte[0], Rule.WELL_FORMED, "truncated");
    rejects("site-000", Arrays.copyOf(answer, answer.length - 1), Rule.WELL_FORMED, "truncated");
    rejects(
        "site-000", Arrays.copyOf(answer, answer.length + 1), Rule.WELL_FORMED, "1 bytes behind");
    byte[] bent = answer.clone();
    bent[bent.length - 1] ^= 1;
    rejects("site-000", bent, Rule.SIGNATURE, "the signature does not hold");
    sums();
  }

  @Test
  void anAnswerUnderAnotherNameRoundOrToAnotherD3IsRejected() throws Exception {
    byte[] answer = Play.at(play.fromSites, "site-000");
    rejects("site-001", answer, Rule.MEMBER, "claims to be from member 0 instead of 1");
    rejects("site-004", answer, Rule.STAYS_DROPPED, "was declared dropped");
    rejects("nobody", answer, Rule.MEMBER, "is not awaited");
    Play other = answered(new Play(five, ManifestDraft.like(play.manifest).nonce("other").build()));
    rejects("site-000", Play.at(other.fromSites, "site-000"), Rule.SAME_ROUND, "another round");
    AnswerStatement honest = honest("site-000");
    rejects(
        "site-000",
        signed(
            "site-000",
            new AnswerStatement(
                new Origin(play.manifest.digest(), Digest.ofText("d3"), 0),
                honest.selfShares(),
                honest.recoveries())),
        Rule.SAME_TRANSCRIPT,
        "instead of");
    sums();
  }

  /// More or fewer than U3 and the lost: it answers another question.
  @Test
  void anAnswerForOtherListsIsRejected() throws Exception {
    AnswerStatement honest = honest("site-001");
    List<Share> more = new ArrayList<>(honest.selfShares());
    more.add(WRONG);
    List<Recovery> both = List.of(honest.recoveries().getFirst(), honest.recoveries().getFirst());
    for (AnswerStatement other :
        new AnswerStatement[] {
          new AnswerStatement(honest.origin(), more, honest.recoveries()),
          new AnswerStatement(
              honest.origin(), honest.selfShares().subList(0, 3), honest.recoveries()),
          new AnswerStatement(honest.origin(), honest.selfShares(), List.of()),
          new AnswerStatement(honest.origin(), honest.selfShares(), both)
        }) {
      rejects(
          "site-001",
          signed("site-001", other),
          Rule.WELL_FORMED,
          "an answer for other lists than U2 and U3");
    }
    sums();
  }

  @Test
  void whoDidNotConsentIsNotAwaited() {
    Play fewer = new Play(five, five.one(3)).numbers(1, 2, 4, 8, 16).toUploads();
    assertThat(fewer.collectUploads()).isTrue();
    fewer.consent();
    fewer.silent.add("site-002");
    assertThat(fewer.collectConsents()).isTrue();
    assertThat(fewer.answers.awaited())
        .containsExactly("site-000", "site-001", "site-003", "site-004");
    assertRejected(fewer.answers.accept("site-002", new byte[0]), Rule.STAYS_DROPPED, "site-002");
  }

  @Test
  void aWrongShareNamesItsRevealerAndTheOthersSuffice() throws Exception {
    AnswerStatement honest = honest("site-001");
    List<Share> shares = new ArrayList<>(honest.selfShares());
    shares.set(2, WRONG);
    Receipt receipt =
        play.answers.accept(
            "site-001",
            signed("site-001", new AnswerStatement(honest.origin(), shares, honest.recoveries())));
    Fault fault =
        new Fault(
            Rule.SHARE_OPENS,
            "site-001",
            "the share revealed for site-002 does not open its commitment");
    assertThat(receipt).isEqualTo(new Receipt.Flawed(fault));
    play.fromSites.remove("site-001");
    assertThat(sums().faults()).containsExactly(fault);
  }

  /// A share is committed to for one dealer, holder and secret; right bytes in a wrong place fail.
  @Test
  void sharesInEachOthersPlaceDoNotOpen() throws Exception {
    AnswerStatement honest = honest("site-001");
    List<Share> exchanged = new ArrayList<>(honest.selfShares());
    exchanged.set(0, honest.selfShares().get(3));
    exchanged.set(3, honest.selfShares().get(0));
    assertFlawed(
        play.answers.accept(
            "site-001",
            signed(
                "site-001", new AnswerStatement(honest.origin(), exchanged, honest.recoveries()))),
        Rule.SHARE_OPENS,
        "site-001",
        "revealed for site-000");
    play.fromSites.remove("site-001");
    assertThat(sums().faults()).extracting(Fault::party).containsExactly("site-001");
  }

  /// The pair seed is then rebuilt from the lost site's root.
  @Test
  void aWrongPairSeedNamesItsRevealerAndIsRebuilt() throws Exception {
    AnswerStatement honest = honest("site-001");
    Recovery lie =
        new Recovery(
            honest.recoveries().getFirst().rootShare(), Secret.taking(new byte[Secret.BYTES]));
    Receipt receipt =
        play.answers.accept(
            "site-001",
            signed(
                "site-001",
                new AnswerStatement(honest.origin(), honest.selfShares(), List.of(lie))));
    assertFlawed(
        receipt,
        Rule.SEED_OPENS,
        "site-001",
        "the pair seed revealed for site-004 is not the one it confirmed");
    play.fromSites.remove("site-001");
    assertThat(sums().faults()).extracting(Fault::party).containsExactly("site-001");
  }

  @Test
  void aWrongRootShareNamesItsRevealerAndIsNotNeeded() throws Exception {
    AnswerStatement honest = honest("site-001");
    Recovery lie = new Recovery(WRONG, honest.recoveries().getFirst().pairSeed());
    assertFlawed(
        play.answers.accept(
            "site-001",
            signed(
                "site-001",
                new AnswerStatement(honest.origin(), honest.selfShares(), List.of(lie)))),
        Rule.SHARE_OPENS,
        "site-001",
        "revealed for site-004");
    play.fromSites.remove("site-001");
    sums();
  }

  @Test
  void theSameAnswerAgainIsTakenAndAnotherIsNot() throws Exception {
    byte[] answer = Play.at(play.fromSites, "site-000");
    assertThat(play.answers.accept("site-000", answer)).isEqualTo(new Receipt.Accepted());
    assertThat(play.answers.accept("site-000", answer)).isEqualTo(new Receipt.Accepted());
    rejects(
        "site-000",
        signed("site-000", honest("site-000")),
        Rule.ONE_MESSAGE,
        "two different messages");
    sums();
  }

  @Test
  void tooFewAnswersEndTheRoundNamingTheFloor() {
    byte[] answer = Play.at(play.fromSites, "site-000");
    play.answers.drop("site-000");
    rejects("site-000", answer, Rule.STAYS_DROPPED, "was declared dropped");
    play.silent.addAll(List.of("site-000", "site-001"));
    assertThat(
            assertAborted(
                play.collectAnswers(),
                "2 sites reached this step (the list of answers)",
                "at least 3 = max(3, t) are needed"))
        .extracting(Fault::rule)
        .containsExactly(Rule.STAYS_DROPPED);
  }

  @Test
  void afterItIsClosedNothingIsTaken() {
    byte[] answer = Play.at(play.fromSites, "site-000");
    assertThat(play.answers.isComplete()).isFalse();
    sums();
    assertThat(play.answers.isComplete()).isTrue();
    assertThatThrownBy(() -> play.answers.accept("site-000", answer))
        .hasMessageContaining("closed");
    assertThatThrownBy(play.answers::close).hasMessageContaining("closed");
  }

  /// Four answers, each with four shares of b, one of k and a pair seed.
  @Test
  void whatWasRevealedIsWipedWhateverComesOfIt() {
    assertThat(Reachable.from(play.answers).size()).isZero();
    Reachable held = reachableAfterDelivery();
    sums();
    held.assertWiped(4 * 6);
  }

  private Reachable reachableAfterDelivery() {
    play.fromSites.forEach((site, answer) -> play.answers.accept(site, answer));
    return Reachable.from(play.answers);
  }

  private SumResult sums() {
    SumResult sum = play.sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(1 + 2 + 4 + 8);
    return sum;
  }

  private AnswerStatement honest(String site) throws Exception {
    return Signed.decode(Play.at(play.fromSites, site), AnswerStatement::decode).statement();
  }

  private byte[] signed(String site, AnswerStatement statement) {
    return Signed.sign(statement, play.manifest.signatures(), five.key(site)).encoded();
  }

  private static Play answered(Play play) {
    play.numbers(1, 2, 4, 8, 16).toUploads();
    play.silent.add("site-004");
    play.fromSites.remove("site-004");
    return play.toAnswers();
  }

  private void rejects(String site, byte[] message, Rule rule, String words) {
    assertRejected(play.answers.accept(site, message), rule, site, words);
  }
}
