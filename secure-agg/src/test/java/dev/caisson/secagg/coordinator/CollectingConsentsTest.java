package dev.caisson.secagg.coordinator;

import static dev.caisson.secagg.Refusals.assertAborted;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.ConsentList;
import dev.caisson.secagg.message.ConsentStatement;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.trust.Digest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The coordinator that collects consents to D3. U3 is site-000 to site-003; site-004 is lost.
final class CollectingConsentsTest {
  private final Federation five = new Federation(5);
  private final Play play = consented(new Play(five, five.one(3)));
  private final byte[] consent = Play.at(play.fromSites, "site-000");

  @Test
  void bytesThatAreNoConsentAreRejectedAndTheRightOneStillTaken() {
    rejects("site-000", new byte[0], Rule.WELL_FORMED, "truncated");
    rejects("site-000", Arrays.copyOf(consent, consent.length - 1), Rule.WELL_FORMED, "truncated");
    rejects(
        "site-000", Arrays.copyOf(consent, consent.length + 1), Rule.WELL_FORMED, "1 bytes behind");
    byte[] header = Play.at(play.uploading, "site-000").upload().header().encoded();
    rejects("site-000", header, Rule.WELL_FORMED, "expected a structure of");
    byte[] bent = consent.clone();
    bent[bent.length - 1] ^= 1;
    rejects("site-000", bent, Rule.SIGNATURE, "the signature does not hold");
    sums();
  }

  @Test
  void aConsentUnderAnotherNameRoundOrToAnotherD3IsRejected() {
    rejects("site-001", consent, Rule.MEMBER, "claims to be from member 0 instead of 1");
    rejects("nobody", consent, Rule.MEMBER, "is not awaited in this phase");
    Play other =
        consented(new Play(five, ManifestDraft.like(play.manifest).nonce("other").build()));
    rejects("site-000", Play.at(other.fromSites, "site-000"), Rule.SAME_ROUND, "another round");
    rejects(
        "site-000",
        signed(new Origin(play.manifest.digest(), Digest.ofText("d3"), 0), "site-000"),
        Rule.SAME_TRANSCRIPT,
        "instead of");
    sums();
  }

  /// It has uploaded nothing; its word on U3 is not asked.
  @Test
  void aLostMemberIsNotAwaited() throws Exception {
    Digest d3 = Signed.decode(consent, ConsentStatement::decode).statement().origin().transcript();
    rejects(
        "site-004",
        signed(new Origin(play.manifest.digest(), d3, 4), "site-004"),
        Rule.STAYS_DROPPED,
        "was declared dropped");
    assertThat(play.consents.awaited())
        .containsExactly("site-000", "site-001", "site-002", "site-003");
  }

  @Test
  void theSameConsentSignedAnewIsASecondMessage() throws Exception {
    assertThat(play.consents.accept("site-000", consent)).isEqualTo(new Receipt.Accepted());
    assertThat(play.consents.accept("site-000", consent)).isEqualTo(new Receipt.Accepted());
    ConsentStatement statement = Signed.decode(consent, ConsentStatement::decode).statement();
    byte[] anew = signed(statement.origin(), "site-000");
    assertThat(anew).isNotEqualTo(consent);
    rejects("site-000", anew, Rule.ONE_MESSAGE, "two different messages");
    sums();
  }

  /// Its upload counts; it is asked nothing more.
  @Test
  void whoIsSilentFromHereOnStillCounts() {
    play.silent.add("site-003");
    assertThat(play.collectConsents()).isTrue();
    assertThat(play.toSites.keySet()).containsExactly("site-000", "site-001", "site-002");
    ConsentList list = (ConsentList) play.toSites.firstEntry().getValue();
    assertThat(list.members())
        .extracting(member -> member.statement().origin().sender())
        .containsExactly(0, 1, 2);
    play.answer();
    SumResult sum = play.sum();
    assertThat(sum.survivors()).contains("site-003");
    assertThat(sum.aggregate().exactSum("x")).containsExactly(1 + 2 + 4 + 8);
    assertThat(sum.dropped()).containsExactly("site-004");
  }

  @Test
  void whoConsentedAndIsDroppedIsSentNothingMore() {
    play.consents.accept("site-003", Play.at(play.fromSites, "site-003"));
    play.consents.drop("site-003");
    play.silent.add("site-003");
    rejects("site-003", consent, Rule.STAYS_DROPPED, "dropped");
    assertThat(play.collectConsents()).isTrue();
    assertThat(play.toSites.keySet()).containsExactly("site-000", "site-001", "site-002");
    ConsentList list = (ConsentList) play.toSites.firstEntry().getValue();
    assertThat(list.members()).hasSize(4);
  }

  @Test
  void tooFewConsentsEndTheRoundNamingTheFloor() {
    play.silent.add("site-000");
    play.silent.add("site-001");
    assertThat(play.collectConsents()).isFalse();
    assertThat(
            assertAborted(
                play.last, "2 sites reached this step (the list of consents)", "at least 3"))
        .isEmpty();
  }

  @Test
  void afterItIsClosedNothingIsTaken() {
    CollectingConsents closed = play.consents;
    assertThat(closed.isComplete()).isFalse();
    assertThat(play.collectConsents()).isTrue();
    assertThat(closed.isComplete()).isTrue();
    assertThatThrownBy(() -> closed.accept("site-000", consent)).hasMessageContaining("closed");
    assertThatThrownBy(closed::close).hasMessageContaining("closed");
  }

  private void sums() {
    assertThat(play.collectConsents()).isTrue();
    play.answer();
    assertThat(play.sum().aggregate().exactSum("x")).containsExactly(1 + 2 + 4 + 8);
  }

  private byte[] signed(Origin origin, String site) {
    return Signed.sign(new ConsentStatement(origin), play.manifest.signatures(), five.key(site))
        .encoded();
  }

  private static Play consented(Play play) {
    play.numbers(1, 2, 4, 8, 16).toUploads();
    play.silent.add("site-004");
    play.fromSites.remove("site-004");
    assertThat(play.collectUploads()).isTrue();
    play.consent();
    return play;
  }

  private void rejects(String site, byte[] message, Rule rule, String words) {
    assertRejected(play.consents.accept(site, message), rule, site, words);
  }
}
