package dev.caisson.secagg.coordinator;

import static dev.caisson.secagg.Refusals.assertAborted;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RogueSite;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The coordinator that collects keys: what a site can send it, and what comes of it.
final class CollectingKeysTest {
  private final Federation four = new Federation(4);
  private final Play play = new Play(four, four.one(3));
  private final byte[] keys = Play.at(play.fromSites, "site-000");

  @Test
  void bentTruncatedAndForeignKeysAreRejectedAndTheRightOnesStillTaken() {
    byte[] bent = keys.clone();
    bent[bent.length - 1] ^= 1;
    rejects("site-000", bent, Rule.SIGNATURE, "the signature does not hold");
    rejects("site-000", Arrays.copyOf(keys, keys.length - 1), Rule.WELL_FORMED, "truncated");
    rejects("site-000", Arrays.copyOf(keys, keys.length + 1), Rule.WELL_FORMED, "1 bytes behind");
    rejects("site-000", new byte[0], Rule.WELL_FORMED, "truncated");
    rejects(
        "site-000",
        Play.at(play.fromSites, "site-001"),
        Rule.MEMBER,
        "claims to be from member 1 instead of 0");
    rejects("nobody", keys, Rule.MEMBER, "is not awaited in this phase");
    assertThat(play.keys.accept("site-000", keys)).isEqualTo(new Receipt.Accepted());
    assertThat(play.keys.accept("site-000", keys)).isEqualTo(new Receipt.Accepted());
    byte[] second = Play.at(Play.of(four, play.manifest).seed(9).begin().fromSites, "site-000");
    rejects("site-000", second, Rule.ONE_MESSAGE, "two different messages");
    assertThat(play.numbers(1, 2, 3, 4).toUploads().toAnswers().sum().aggregate().exactSum("x"))
        .containsExactly(10);
  }

  /// It signs them itself; still nothing of them may count.
  @Test
  void keysForAnotherRoundOrTranscriptAreRejected() throws Exception {
    Play other = new Play(four, ManifestDraft.like(play.manifest).nonce("other").build());
    rejects("site-000", Play.at(other.fromSites, "site-000"), Rule.SAME_ROUND, "of another round");
    RogueSite rogue = new RogueSite(four, play.manifest, 0, Lie.NONE);
    KeysStatement honest = Signed.decode(keys, KeysStatement::decode).statement();
    rejects(
        "site-000",
        rogue
            .sign(
                new KeysStatement(
                    rogue.origin(Digest.ofText("d1")),
                    honest.mask(),
                    honest.transport(),
                    honest.standing(),
                    honest.descent()))
            .encoded(),
        Rule.SAME_TRANSCRIPT,
        "instead of " + play.manifest.digest().shortHex());
  }

  @Test
  void keysThatAreNoKeysAreRejected() {
    Map<Lie, String> lies =
        Map.of(
            Lie.LOW_ORDER_MASK_POINT, "X25519",
            Lie.LOW_ORDER_TRANSPORT_POINT, "X25519",
            Lie.MASK_LATTICE_OUT_OF_RANGE, "ML-KEM-768",
            Lie.TRANSPORT_LATTICE_OUT_OF_RANGE, "ML-KEM-768");
    lies.forEach(
        (lie, words) ->
            rejects(
                "site-002",
                new RogueSite(four, play.manifest, 2, lie).keys(),
                Rule.VALID_KEY,
                words));
    assertThat(play.keys.awaited()).contains("site-002");
  }

  @Test
  void everyMemberOfU1IsSentTheSameListInMemberOrder() {
    play.silent.add("site-002");
    assertThat(play.keys.awaited()).containsExactlyElementsOf(four.names());
    assertThat(play.collectKeys()).isTrue();
    assertThat(play.toSites.keySet()).containsExactly("site-000", "site-001", "site-003");
    assertThat(play.toSites.values().stream().distinct()).hasSize(1);
    KeyList u1 = (KeyList) play.toSites.firstEntry().getValue();
    assertThat(u1.members())
        .extracting(member -> member.statement().origin().sender())
        .containsExactly(0, 1, 3);
  }

  @Test
  void whoIsDroppedIsOutOfU1AndStaysOut() {
    assertThat(play.keys.accept("site-003", Play.at(play.fromSites, "site-003")))
        .isEqualTo(new Receipt.Accepted());
    play.keys.drop("site-003");
    rejects(
        "site-003",
        Play.at(play.fromSites, "site-003"),
        Rule.STAYS_DROPPED,
        "was declared dropped and cannot rejoin");
    play.silent.add("site-003");
    assertThat(play.keys.awaited()).doesNotContain("site-003");
    assertThat(play.collectKeys()).isTrue();
    assertThat(play.toSites).doesNotContainKey("site-003");
    assertThat(((KeyList) play.toSites.firstEntry().getValue()).members()).hasSize(3);
    play.deal();
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.numbers(1, 2, 3, 4).mask();
    assertRejected(
        play.uploads.acceptChunk("site-003", 0, new byte[0]), Rule.STAYS_DROPPED, "site-003");
    assertThat(play.toAnswers().sum().dropped()).containsExactly("site-003");
  }

  /// It says so late what it did not say in time.
  @Test
  void whoSaidNothingUntilThePhaseClosedStaysOut() {
    play.silent.add("site-003");
    assertThat(play.collectKeys()).isTrue();
    assertRejected(play.shares.accept("site-003", keys), Rule.STAYS_DROPPED, "site-003");
  }

  /// Names come from the transport; a fault does not repeat what no roster can hold.
  @Test
  void aStrangerWithALongNameIsNotCalledByIt() {
    String longest = "x".repeat(63);
    assertRejected(play.keys.accept(longest, keys), Rule.MEMBER, longest);
    assertRejected(play.keys.accept(longest + "x", keys), Rule.MEMBER, "unknown site");
  }

  @Test
  void tooFewKeysEndTheRoundNamingTheFloor() {
    rejects("site-001", keys, Rule.MEMBER, "claims to be from member 0");
    play.silent.add("site-000");
    play.silent.add("site-001");
    assertThat(play.collectKeys()).isFalse();
    assertThat(
            assertAborted(
                play.last, "2 sites reached this step (U1)", "at least 3 = max(3, t) are needed"))
        .containsExactly(
            new Fault(
                Rule.MEMBER, "site-001", "a message that claims to be from member 0 instead of 1"));
  }

  @Test
  void itIsCompleteWhenAllHaveSaidOrGoneAndThenClosedForGood() {
    for (String name : four.names().subList(0, 3)) {
      assertThat(play.keys.isComplete()).isFalse();
      play.keys.accept(name, Play.at(play.fromSites, name));
    }
    play.keys.drop("site-003");
    assertThat(play.keys.isComplete()).isTrue();
    assertThat(play.keys.awaited()).isEmpty();
    CollectingKeys closed = play.keys;
    assertThat(closed.close()).isInstanceOf(Outcome.Next.class);
    assertThatThrownBy(() -> closed.accept("site-000", keys)).hasMessageContaining("closed");
    assertThatThrownBy(closed::close).hasMessageContaining("closed");
  }

  @Test
  void aCohortOutsideTheRosterIsOurOwnMistake() {
    Map<String, Identity> three = new TreeMap<>();
    four.names().subList(0, 3).forEach(name -> three.put(name, four.key(name).identity()));
    assertThatThrownBy(
            () -> CoordinatorRound.open(play.manifest, new Roster(three), UploadStore.inMemory()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'site-003' of the cohort is not in the roster");
  }

  private void rejects(String site, byte[] message, Rule rule, String words) {
    assertRejected(play.keys.accept(site, message), rule, site, words);
  }
}
