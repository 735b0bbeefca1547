package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertRefused;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.Tape;
import dev.caisson.secagg.coordinator.CoordinatorPhase;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.Deal;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Messages of an old round in a new one, from either side; and messages late, early or again.
final class ReplayAttackTest {
  private final Federation four = new Federation(4);
  private final Tape old = new Tape(new Play(four, four.one(3)).numbers(1, 2, 4, 8));
  private final Play play =
      new Play(four, ManifestDraft.like(four.one(3)).nonce("new").model("next").round(2).build())
          .numbers(3, 3, 3, 3);

  /// Everything that the sites ever said, to the coordinator of the next round, phase by phase.
  @Test
  void whatSitesSaidInAnOldRoundCountsForNothingInANewOne() {
    rejectsAll(play.keys, old.keys);
    assertThat(play.collectKeys()).isTrue();
    rejectsAll(play.shares, old.deals);
    play.deal();
    assertThat(play.collectShares()).isTrue();
    rejectsAll(play.uploads, old.headers);
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    rejectsAll(play.consents, old.consents);
    play.consent();
    assertThat(play.collectConsents()).isTrue();
    rejectsAll(play.answers, old.answers);
    play.answer();
    SumResult sum = play.sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(12);
    assertThat(sum.faults()).extracting(Fault::rule).containsOnly(Rule.SAME_ROUND);
  }

  private static void rejectsAll(CoordinatorPhase phase, Map<String, byte[]> messages) {
    messages.forEach(
        (site, message) ->
            assertRejected(
                phase.accept(site, message), Rule.SAME_ROUND, site, "a message of another round"));
  }

  /// Old chunks are bare bytes: they do not hash to the new root.
  @Test
  void oldChunksUnderANewHeaderDropTheirSiteAndAreNotSummed() {
    play.toUploads();
    byte[] chunk = Play.at(old.chunks, "site-000").getFirst();
    play.uploads.acceptChunk("site-000", 0, chunk);
    assertRejected(
        play.uploads.accept("site-000", Play.at(play.fromSites, "site-000")),
        Rule.CHUNK,
        "site-000",
        "the chunks do not hash to the signed root");
    play.silent.add("site-000");
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsExactly(9);
  }

  /// Everything that the coordinator ever relayed, to a site of the next round. What is not signed
  /// of it (U3) does not hold the site's own upload.
  @Test
  void whatTheCoordinatorRelayedInAnOldRoundIsRefusedInANewOne() {
    assertRefused(
        Play.at(play.awaitingKeys, "site-000").handle(Play.at(old.keyLists, "site-000")),
        Rule.SAME_ROUND,
        "site-000");
    play.silent.add("site-000");
    play.fromSites.remove("site-000");
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertRefused(
        Play.at(play.awaitingShares, "site-001").handle(Play.at(old.shareLists, "site-001")),
        Rule.NESTED_LISTS,
        Fault.COORDINATOR);
  }

  @Test
  void anOldSurvivorListOrConsentsAreRefused() {
    play.toUploads();
    assertRefused(
        Play.at(play.uploading, "site-000").handle(Play.at(old.survivorLists, "site-000")),
        Rule.OWN_ENTRY,
        Fault.COORDINATOR,
        "U3 does not hold this site's upload");
    play.silent.add("site-000");
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    assertRefused(
        Play.at(play.awaitingConsents, "site-001").handle(Play.at(old.consentLists, "site-001")),
        Rule.NESTED_LISTS,
        Fault.COORDINATOR,
        "the list of consents names member 0");
  }

  /// A site's message that comes a phase late, or again, is no message of the phase.
  @Test
  void aMessageThatComesLateIsRejected() throws Exception {
    byte[] keys = Play.at(play.fromSites, "site-000");
    assertThat(play.collectKeys()).isTrue();
    assertRejected(play.shares.accept("site-000", keys), Rule.WELL_FORMED, "site-000");
    play.deal();
    byte[] deal = Play.at(play.fromSites, "site-000");
    assertThat(Deal.decode(deal).leaves()).hasSize(4);
    assertThat(play.collectShares()).isTrue();
    assertRejected(play.uploads.accept("site-000", deal), Rule.WELL_FORMED, "site-000");
    assertRejected(play.uploads.accept("site-000", keys), Rule.WELL_FORMED, "site-000");
    play.agree();
    play.mask();
    byte[] header = Play.at(play.fromSites, "site-000");
    assertThat(play.collectUploads()).isTrue();
    assertRejected(play.consents.accept("site-000", header), Rule.WELL_FORMED, "site-000");
    play.consent();
    byte[] consent = Play.at(play.fromSites, "site-000");
    assertThat(play.collectConsents()).isTrue();
    assertRejected(play.answers.accept("site-000", consent), Rule.WELL_FORMED, "site-000");
    play.answer();
    assertThat(play.sum().aggregate().exactSum("x")).containsExactly(12);
  }

  /// Declared dropped in any step, a site stays out: what it still says counts for nothing.
  @Test
  void aSiteThatReturnsAfterItWasDroppedStaysOutInEveryPhase() {
    play.keys.drop("site-003");
    staysOut(play.keys, Play.at(play.fromSites, "site-003"));
    play.silent.add("site-003");
    assertThat(play.collectKeys()).isTrue();
    staysOut(play.shares, Play.at(old.deals, "site-003"));
    play.deal();
    assertThat(play.collectShares()).isTrue();
    staysOut(play.uploads, Play.at(old.headers, "site-003"));
    assertRejected(
        play.uploads.acceptChunk("site-003", 0, new byte[2]), Rule.STAYS_DROPPED, "site-003");
    play.agree();
    play.mask();
    assertThat(play.collectUploads()).isTrue();
    staysOut(play.consents, Play.at(old.consents, "site-003"));
    play.consent();
    assertThat(play.collectConsents()).isTrue();
    staysOut(play.answers, Play.at(old.answers, "site-003"));
    play.answer();
    SumResult sum = play.sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(9);
    assertThat(sum.dropped()).containsExactly("site-003");
  }

  private static void staysOut(CoordinatorPhase phase, byte[] message) {
    assertRejected(
        phase.accept("site-003", message),
        Rule.STAYS_DROPPED,
        "site-003",
        "was declared dropped and cannot rejoin this round");
    assertThat(phase.awaited()).doesNotContain("site-003");
  }
}
