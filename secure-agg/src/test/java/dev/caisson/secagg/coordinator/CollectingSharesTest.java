package dev.caisson.secagg.coordinator;

import static dev.caisson.secagg.Refusals.assertAborted;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The coordinator that collects dealings.
final class CollectingSharesTest {
  private final Federation four = new Federation(4);
  private final Play play = dealt(new Play(four, four.one(3)));
  private final byte[] deal = Play.at(play.fromSites, "site-000");

  @Test
  void bytesThatAreNoDealOrOfAnotherPhaseAreRejected() {
    rejects("site-000", new byte[0], Rule.WELL_FORMED, "truncated");
    rejects("site-000", Arrays.copyOf(deal, deal.length - 1), Rule.WELL_FORMED, "truncated");
    rejects("site-000", Arrays.copyOf(deal, deal.length + 1), Rule.WELL_FORMED, "1 bytes behind");
    byte[] keys = Play.at(new Play(four, play.manifest).fromSites, "site-000");
    rejects("site-000", keys, Rule.WELL_FORMED, "expected a structure of");
  }

  @Test
  void aDealUnderAnotherNameRoundOrSignatureIsRejected() throws Exception {
    rejects("site-001", deal, Rule.MEMBER, "claims to be from member 0 instead of 1");
    rejects("nobody", deal, Rule.MEMBER, "is not awaited in this phase");
    Play other = dealt(new Play(four, ManifestDraft.like(play.manifest).nonce("other").build()));
    rejects("site-000", Play.at(other.fromSites, "site-000"), Rule.SAME_ROUND, "of another round");
    Deal honest = Deal.decode(deal);
    Signed<SharesStatement> forged =
        Signed.sign(
            honest.statement().statement(), play.manifest.signatures(), four.key("site-001"));
    rejects(
        "site-000",
        new Deal(forged, honest.leaves()).encoded(),
        Rule.SIGNATURE,
        "the signature does not hold");
  }

  /// For it, U1 was another: it was lied to on the way, or lies.
  @Test
  void aDealForAnotherU1IsRejected() {
    Play fewer = new Play(four, play.manifest);
    fewer.silent.add("site-003");
    dealt(fewer);
    rejects("site-000", Play.at(fewer.fromSites, "site-000"), Rule.SAME_TRANSCRIPT, "transcript");
  }

  @Test
  void leavesThatAreNotOneForEachMemberUnderTheRootAreRejected() throws Exception {
    Deal honest = Deal.decode(deal);
    List<ShareLeaf> leaves = honest.leaves();
    rejectsLeaves(leaves.subList(0, 3), false);
    rejectsLeaves(leaves.subList(0, 3), true);
    rejectsLeaves(leaves.reversed(), true);
    rejectsLeaves(List.of(leaves.get(0), leaves.get(1), leaves.get(1), leaves.get(3)), true);
    ShareLeaf second = leaves.get(1);
    ShareLeaf withoutMask =
        new ShareLeaf(
            1,
            second.envelopeCiphertext(),
            second.sealed(),
            Bytes.empty(),
            second.rootShare(),
            second.selfShare());
    rejectsLeaves(List.of(leaves.get(0), withoutMask, leaves.get(2), leaves.get(3)), true);
    ShareLeaf withoutEnvelope =
        new ShareLeaf(
            1,
            Bytes.empty(),
            Bytes.empty(),
            second.maskCiphertext(),
            second.rootShare(),
            second.selfShare());
    rejectsLeaves(List.of(leaves.get(0), withoutEnvelope, leaves.get(2), leaves.get(3)), true);
    // a byte of a leaf bent after the root was signed
    byte[] sealed = second.sealed().toArray();
    sealed[5] ^= 1;
    ShareLeaf bent =
        new ShareLeaf(
            1,
            second.envelopeCiphertext(),
            Bytes.of(sealed),
            second.maskCiphertext(),
            second.rootShare(),
            second.selfShare());
    rejectsLeaves(List.of(leaves.get(0), bent, leaves.get(2), leaves.get(3)), false);
    assertThat(play.shares.accept("site-000", deal)).isEqualTo(new Receipt.Accepted());
  }

  /// @param resigned whether the dealer signs the root of these leaves, or of its honest ones
  private void rejectsLeaves(List<ShareLeaf> leaves, boolean resigned) throws Exception {
    SharesStatement honest = Deal.decode(deal).statement().statement();
    SharesStatement statement =
        new SharesStatement(
            honest.origin(),
            honest.selfMask(),
            resigned ? Deal.tree(leaves).root() : honest.root());
    rejects(
        "site-000",
        new Deal(
                Signed.sign(statement, play.manifest.signatures(), four.key("site-000")),
                new ArrayList<>(leaves))
            .encoded(),
        Rule.SHARE_PATH,
        "the leaves are not one per member of U1 under the signed root");
  }

  @Test
  void theSameDealAgainIsTakenAndAnotherIsNot() throws Exception {
    assertThat(play.shares.accept("site-000", deal)).isEqualTo(new Receipt.Accepted());
    assertThat(play.shares.accept("site-000", deal)).isEqualTo(new Receipt.Accepted());
    Deal honest = Deal.decode(deal);
    SharesStatement said = honest.statement().statement();
    SharesStatement other =
        new SharesStatement(said.origin(), Digest.ofText("another mask"), said.root());
    Signed<SharesStatement> signed =
        Signed.sign(other, play.manifest.signatures(), four.key("site-000"));
    rejects(
        "site-000",
        new Deal(signed, honest.leaves()).encoded(),
        Rule.ONE_MESSAGE,
        "two different messages");
  }

  /// Whoever has the site's connection alone can send it: the site is not blamed for it.
  @Test
  void whatComesBehindADealUnsignedIsNotHeldAgainstItsSite() throws Exception {
    play.shares.accept("site-000", deal);
    rejects("site-000", new byte[] {1, 2, 3}, Rule.WELL_FORMED, "");
    byte[] bent = deal.clone();
    bent[bent.length - 1] ^= 1;
    Receipt receipt = play.shares.accept("site-000", bent);
    assertThat(receipt).isInstanceOf(Receipt.Rejected.class);
    Fault fault = ((Receipt.Rejected) receipt).fault();
    assertThat(fault.rule().provesCulprit()).as("%s", fault).isFalse();
    assertThat(fault.rule().isOfUnsignedBytes()).as("%s", fault).isTrue();
  }

  /// It dealt, and is out all the same: nothing is ever revealed about it.
  @Test
  void whoIsDroppedAfterItsDealIsOutOfU2() {
    assertThat(play.shares.accept("site-003", Play.at(play.fromSites, "site-003")))
        .isEqualTo(new Receipt.Accepted());
    play.shares.drop("site-003");
    rejects("site-003", Play.at(play.fromSites, "site-003"), Rule.STAYS_DROPPED, "dropped");
    play.silent.add("site-003");
    assertThat(play.collectShares()).isTrue();
    assertThat(play.toSites.keySet()).containsExactly("site-000", "site-001", "site-002");
    ShareList list = (ShareList) Play.at(play.toSites, "site-001");
    assertThat(list.entries())
        .extracting(entry -> entry.statement().statement().origin().sender())
        .containsExactly(0, 1, 2);
    assertThat(list.entries())
        .extracting(entry -> entry.parcel().isPresent())
        .containsExactly(true, false, true);
    play.agree();
    play.numbers(1, 2, 4, 8).mask();
    assertThat(play.toAnswers().sum().aggregate().exactSum("x")).containsExactly(7);
    assertThat(play.finished.firstEntry().getValue().recovered()).isEmpty();
  }

  @Test
  void whoDealtNothingUntilThePhaseClosedStaysOut() {
    play.silent.add("site-003");
    assertThat(play.collectShares()).isTrue();
    assertRejected(play.uploads.accept("site-003", deal), Rule.STAYS_DROPPED, "site-003");
  }

  @Test
  void tooFewDealingsEndTheRoundNamingTheFloor() {
    play.silent.add("site-000");
    play.silent.add("site-001");
    assertThat(play.collectShares()).isFalse();
    assertThat(assertAborted(play.last, "2 sites reached this step (U2)", "at least 3")).isEmpty();
  }

  @Test
  void itIsCompleteWhenAllHaveDealtAndThenClosedForGood() {
    assertThat(play.shares.isComplete()).isFalse();
    assertThat(play.shares.awaited()).containsExactlyElementsOf(four.names());
    CollectingShares closed = play.shares;
    assertThat(play.collectShares()).isTrue();
    assertThat(closed.isComplete()).isTrue();
    assertThatThrownBy(() -> closed.accept("site-000", deal)).hasMessageContaining("closed");
    assertThatThrownBy(closed::close).hasMessageContaining("closed");
  }

  private static Play dealt(Play play) {
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    return play;
  }

  private void rejects(String site, byte[] message, Rule rule, String words) {
    assertRejected(play.shares.accept(site, message), rule, site, words);
  }
}
