package dev.caisson.secagg.site;

import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.RogueGame;
import dev.caisson.secagg.RogueSite;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.coordinator.CollectingUploads;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.ShareList;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A dealer lies to the sites that hold its shares: each of them notices in [AwaitingShares],
/// complains of it and leaves before it has sent anything that is masked.
final class RogueDealingsTest {
  @Test
  void anEnvelopeThatDoesNotOpenIsComplainedOf() throws Exception {
    everyoneComplains(1, Lie.GARBAGE_ENVELOPES, Rule.ENVELOPE, "the envelope does not open");
  }

  @Test
  void aShareThatDoesNotOpenItsCommitmentIsComplainedOf() throws Exception {
    everyoneComplains(
        1, Lie.SHARES_THAT_DO_NOT_OPEN, Rule.SHARE_OPENS, "a share does not open its commitment");
  }

  @Test
  void aShareOutsideTheFieldIsComplainedOf() throws Exception {
    everyoneComplains(
        1, Lie.SHARES_OUT_OF_THE_FIELD, Rule.ENVELOPE, "a share's limb is not in the field");
  }

  private static void everyoneComplains(int at, Lie lie, Rule rule, String words) throws Exception {
    RogueGame game = new RogueGame(4, at, lie).toShares();
    CollectingUploads coordinator = game.play.uploads;
    for (Map.Entry<String, Message> entry : game.honest().entrySet()) {
      String site = entry.getKey();
      Step<Masking> step =
          Play.at(game.play.awaitingShares, site).handle(entry.getValue().encoded());
      assertRefused(step, rule, game.rogue.name(), words);
      Complaints.assertComplaint(step, game.play, site, game.rogue.name(), rule);
      Receipt receipt =
          coordinator.accept(site, ((Step.Refused<?>) step).complaint().orElseThrow().encoded());
      assertThat(((Receipt.Rejected) receipt).fault().detail())
          .contains("accusing " + game.rogue.name(), rule.name());
      assertThat(coordinator.awaited()).doesNotContain(site);
    }
    assertThat(((Outcome.Aborted<?>) coordinator.close()).faults())
        .hasSize(4)
        .contains(
            new Fault(Rule.ACCUSED_BY_MOST, game.rogue.name(), "accused by 3 of the 3 others"));
  }

  /// The coordinator of [dev.caisson.secagg.coordinator] would not relay these dealings; this one
  /// does. The rogue is the lowest member, so it owes each a mask ciphertext.
  @Test
  void aLeafWithoutItsMaskCiphertextIsComplainedOf() throws Exception {
    Federation four = new Federation(4);
    Play play = new Play(four, four.one(3));
    RogueSite rogue = new RogueSite(four, play.manifest, 0, Lie.NO_MASK_CIPHERTEXT);
    assertRefused(
        relayed(play, rogue),
        Rule.SHARE_PATH,
        rogue.name(),
        "the leaf has fields of wrong lengths");
  }

  @Test
  void aMaskPointOfLowOrderIsComplainedOf() throws Exception {
    Federation four = new Federation(4);
    Play play = new Play(four, four.one(3));
    RogueSite rogue = new RogueSite(four, play.manifest, 0, Lie.LOW_ORDER_MASK_POINT);
    assertRefused(
        relayed(play, rogue), Rule.VALID_KEY, rogue.name(), "X25519 public key of small order");
  }

  /// site-003 was seen at height 50 by another process of its own; now it is back at 2.
  @Test
  void aDealerWhoseJournalIsBehindIsComplainedOf() throws Exception {
    Federation four = new Federation(4);
    Play before = new Play(four, four.one(3));
    RogueSite seen = new RogueSite(four, before.manifest, 3, Lie.NONE);
    seen.standing = new Standing(new Sighting(8, 50), new TreeMap<>());
    before.fromSites.put(seen.name(), seen.keys());
    assertThat(before.collectKeys()).isTrue();
    before.toSites.remove(seen.name());
    before.deal();

    Play again =
        Play.of(four, ManifestDraft.like(before.manifest).nonce("2").build())
            .memories(before.memories)
            .begin();
    RogueSite restored = new RogueSite(four, again.manifest, 3, Lie.NONE);
    Step<Masking> step = relayed(again, restored);
    assertRefused(
        step, Rule.PEER_JOURNAL, "site-003", "behind where this site saw it", "running twice");
    Complaints.assertComplaint(step, again, "site-001", "site-003", Rule.PEER_JOURNAL);
  }

  /// What site-001 makes of the rogue's dealing when a coordinator relays everything.
  private static Step<Masking> relayed(Play play, RogueSite rogue) throws Exception {
    play.fromSites.put(rogue.name(), rogue.keys());
    KeyList u1 = Relay.keyList(play.fromSites.values());
    play.fromSites.clear();
    play.toSites = new TreeMap<>();
    play.federation.names().forEach(name -> play.toSites.put(name, u1));
    play.toSites.remove(rogue.name());
    play.deal();
    play.fromSites.put(rogue.name(), rogue.deal(u1.encoded()));
    ShareList u2 = Relay.shareList(play.fromSites.values(), 1, 1);
    return Play.at(play.awaitingShares, "site-001").handle(u2.encoded());
  }
}
