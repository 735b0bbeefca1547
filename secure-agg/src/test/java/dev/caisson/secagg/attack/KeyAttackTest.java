package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertBroken;
import static dev.caisson.secagg.Refusals.assertRefused;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.RogueGame;
import dev.caisson.secagg.RogueSite;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.ShareList;
import dev.caisson.secagg.site.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bent ciphertexts and keys that are no keys, by the coordinator and by the site that sends them.
final class KeyAttackTest {
  /// Whatever the coordinator bends of a leaf, the leaf is not the one under the dealer's root.
  @Test
  void aCiphertextThatTheCoordinatorFlipsIsNoticedByItsHolder() {
    flipped(leaf -> leaf(leaf, flip(leaf.envelopeCiphertext()), leaf.maskCiphertext()));
    flipped(leaf -> leaf(leaf, leaf.envelopeCiphertext(), flip(leaf.maskCiphertext())));
    flipped(
        leaf ->
            new ShareLeaf(
                leaf.holder(),
                leaf.envelopeCiphertext(),
                flip(leaf.sealed()),
                leaf.maskCiphertext(),
                leaf.rootShare(),
                leaf.selfShare()));
  }

  private static void flipped(UnaryOperator<ShareLeaf> bend) {
    Federation four = new Federation(4);
    Play play = new Play(four, four.one(3));
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.collectShares()).isTrue();
    List<ShareList.Entry> entries =
        new ArrayList<>(((ShareList) Play.at(play.toSites, "site-003")).entries());
    ShareList.Parcel parcel = entries.get(1).parcel().orElseThrow();
    entries.set(
        1,
        new ShareList.Entry(
            entries.get(1).statement(),
            Optional.of(new ShareList.Parcel(bend.apply(parcel.leaf()), parcel.path()))));
    Step<?> step =
        Play.at(play.awaitingShares, "site-003").handle(new ShareList(entries).encoded());
    assertRefused(step, Rule.SHARE_PATH, "site-001", "no leaf for this site under the signed root");
    assertThat(((Step.Refused<?>) step).complaint()).isPresent();
  }

  /// The dealer signs what it bent. ML-KEM then gives its holder an unrelated secret.
  @Test
  void anEnvelopesCiphertextThatTheDealerFlipsDoesNotOpen() throws Exception {
    RogueGame game = new RogueGame(4, 1, Lie.BENT_ENVELOPE_CIPHERTEXT).toShares().masks();
    assertThat(game.play.left).containsOnlyKeys("site-000", "site-002", "site-003");
    game.play
        .left
        .values()
        .forEach(
            fault -> assertBroken(fault, Rule.ENVELOPE, "site-001", "the envelope does not open"));
  }

  /// Both ends of each pair derive a seed, and not the same: what they confirm differs.
  @Test
  void aMaskCiphertextThatTheDealerFlipsShowsInTheConfirmations() throws Exception {
    RogueGame game =
        new RogueGame(4, 0, Lie.BENT_MASK_CIPHERTEXT).toShares().masks().rogueUploads();
    assertThat(game.play.left).isEmpty();
    SumResult sum = game.play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(11 + 12 + 13);
    assertThat(sum.faults())
        .containsExactly(
            new Fault(
                Rule.CONFIRMATION,
                "site-000",
                "its pair seeds differ from those of [site-001, site-002, site-003]"));
  }

  /// Flipped for one holder alone: nobody can tell which of the two lies, and neither is summed.
  @Test
  void aMaskCiphertextThatIsFlippedForOneLeavesBothOut() throws Exception {
    RogueGame game = new RogueGame(5, 0, Lie.BENT_MASK_CIPHERTEXT);
    game.rogue.victims.clear();
    game.rogue.victims.add(2);
    SumResult sum = game.toShares().masks().rogueUploads().play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(11 + 13 + 14);
    assertThat(sum.faults())
        .extracting(Fault::rule)
        .containsExactly(Rule.DISPUTED_PAIR, Rule.DISPUTED_PAIR);
  }

  @ParameterizedTest
  @CsvSource({
    "LOW_ORDER_MASK_POINT, X25519 public key of small order",
    "LOW_ORDER_TRANSPORT_POINT, X25519 public key of small order",
    "MASK_LATTICE_OUT_OF_RANGE, ML-KEM-768",
    "TRANSPORT_LATTICE_OUT_OF_RANGE, ML-KEM-768"
  })
  void keysThatAreNoKeysAreRejectedByTheCoordinatorAndByEachSite(Lie lie, String words)
      throws Exception {
    Federation four = new Federation(4);
    Play play = new Play(four, four.one(3));
    RogueSite rogue = new RogueSite(four, play.manifest, 3, lie);
    byte[] keys = rogue.keys();
    assertRejected(play.keys.accept("site-003", keys), Rule.VALID_KEY, "site-003", words);
    // a hostile coordinator relays them; a mask point is first used when U2 is there, and refused
    // then (RogueDealingsTest)
    play.fromSites.put("site-003", keys);
    byte[] u1 = Relay.keyList(play.fromSites.values()).encoded();
    for (String site : four.names().subList(0, 3)) {
      Step<?> step = Play.at(play.awaitingKeys, site).handle(u1);
      if (lie == Lie.LOW_ORDER_MASK_POINT) {
        assertThat(step).isInstanceOf(Step.Next.class);
      } else {
        assertRefused(step, Rule.VALID_KEY, "site-003", words);
      }
    }
  }

  private static ShareLeaf leaf(ShareLeaf like, Bytes envelope, Bytes mask) {
    return new ShareLeaf(
        like.holder(), envelope, like.sealed(), mask, like.rootShare(), like.selfShare());
  }

  private static Bytes flip(Bytes bytes) {
    byte[] flipped = bytes.toArray();
    flipped[flipped.length / 2] ^= 0x10;
    return Bytes.of(flipped);
  }
}
