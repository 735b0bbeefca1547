package dev.caisson.secagg.site;

import static dev.caisson.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.Relay;
import dev.caisson.secagg.RogueSite;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.journal.Claim;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.secagg.message.Deal;
import dev.caisson.secagg.message.Descent;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.ShareLeaf;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A site that awaits U1, and a coordinator that hands it something else. A refusal tells of nobody
/// but the coordinator where the site cannot know better, and complains of nobody.
final class AwaitingKeysTest {
  private final Federation four = new Federation(4);
  private final Play play = new Play(four, four.one(3));

  @Test
  void bytesThatAreNoU1AreRefused() throws Exception {
    byte[] u1 = u1().encoded();
    refuses("site-000", new byte[0], Rule.WELL_FORMED, Fault.COORDINATOR, "U1: truncated");
    refuses(
        "site-001",
        Arrays.copyOf(u1, u1.length - 1),
        Rule.WELL_FORMED,
        Fault.COORDINATOR,
        "U1: truncated");
    refuses(
        "site-002",
        Arrays.copyOf(u1, u1.length + 1),
        Rule.WELL_FORMED,
        Fault.COORDINATOR,
        "U1: 1 bytes behind the last field");
    refuses(
        "site-003",
        Play.at(play.fromSites, "site-003"),
        Rule.WELL_FORMED,
        Fault.COORDINATOR,
        "U1: expected a structure of");
  }

  @Test
  void aListOutOfOrderOrWithAMemberTwiceIsRefused() throws Exception {
    List<Signed<KeysStatement>> all = u1().members();
    refuses("site-002", all.reversed(), Rule.NESTED_LISTS, Fault.COORDINATOR, "U1 names member 2");
    refuses(
        "site-000",
        List.of(all.get(0), all.get(1), all.get(1), all.get(2)),
        Rule.NESTED_LISTS,
        Fault.COORDINATOR,
        "U1 names member 1");
  }

  @Test
  void aMemberOutsideTheCohortIsRefused() throws Exception {
    RogueSite rogue = new RogueSite(four, play.manifest, 3, Lie.NONE);
    List<Signed<KeysStatement>> more = new ArrayList<>(u1().members());
    KeysStatement keys = more.getLast().statement();
    more.add(
        rogue.sign(
            new KeysStatement(
                new Origin(play.manifest.digest(), play.manifest.digest(), 4),
                keys.mask(),
                keys.transport(),
                keys.standing(),
                keys.descent())));
    refuses("site-000", more, Rule.NESTED_LISTS, Fault.COORDINATOR, "U1 names member 4");
  }

  @Test
  void aListBelowTheFloorIsRefused() throws Exception {
    refuses(
        "site-001",
        u1().members().subList(0, 2),
        Rule.SURVIVOR_FLOOR,
        Fault.COORDINATOR,
        "U1 has 2 members, at least 3 = max(3, t) are needed");
  }

  @Test
  void ownKeysMustBeInU1() throws Exception {
    refuses(
        "site-000",
        u1().members().subList(1, 4),
        Rule.OWN_ENTRY,
        Fault.COORDINATOR,
        "U1 does not hold this site's keys as it sent them");
  }

  /// Its twin signed them, with the same identity key and for the same manifest.
  @Test
  void ownKeysMustBeInU1AsThisProcessSentThem() throws Exception {
    Play twin = Play.of(four, play.manifest).seed(2).begin();
    List<Signed<KeysStatement>> substituted = new ArrayList<>(u1().members());
    substituted.set(0, Relay.keyList(twin.fromSites.values()).members().getFirst());
    refuses("site-000", substituted, Rule.OWN_ENTRY, Fault.COORDINATOR);
  }

  @Test
  void keysOfAnotherRoundAreRefused() throws Exception {
    Play other = new Play(four, ManifestDraft.like(play.manifest).nonce("other").build());
    List<Signed<KeysStatement>> mixed = new ArrayList<>(u1().members());
    mixed.set(2, Relay.keyList(other.fromSites.values()).members().get(2));
    refuses("site-000", mixed, Rule.SAME_ROUND, "site-002", "a message of another round");
  }

  @Test
  void keysForAnotherTranscriptAreRefused() throws Exception {
    RogueSite rogue = new RogueSite(four, play.manifest, 3, Lie.NONE);
    List<Signed<KeysStatement>> bent = new ArrayList<>(u1().members());
    KeysStatement keys = bent.get(3).statement();
    bent.set(
        3,
        rogue.sign(
            new KeysStatement(
                rogue.origin(Digest.ofText("another transcript")),
                keys.mask(),
                keys.transport(),
                keys.standing(),
                keys.descent())));
    refuses("site-000", bent, Rule.SAME_TRANSCRIPT, "site-003");
  }

  @Test
  void keysUnderAnothersSignatureAreRefused() throws Exception {
    List<Signed<KeysStatement>> substituted = new ArrayList<>(u1().members());
    substituted.set(
        1,
        Signed.sign(
            substituted.get(1).statement(), play.manifest.signatures(), four.key("site-000")));
    refuses("site-003", substituted, Rule.SIGNATURE, "site-001", "does not hold (ml-dsa-65)");
  }

  /// The honest coordinator refuses these itself; a hostile one relays them.
  @Test
  void keysThatAreNoKeysNameTheirOwner() throws Exception {
    badKeys(Lie.LOW_ORDER_TRANSPORT_POINT, "X25519 public key of small order");
    badKeys(Lie.TRANSPORT_LATTICE_OUT_OF_RANGE, "ML-KEM-768");
    badKeys(Lie.MASK_LATTICE_OUT_OF_RANGE, "ML-KEM-768");
  }

  private void badKeys(Lie lie, String words) throws Exception {
    Play fresh = new Play(four, four.one(3));
    RogueSite rogue = new RogueSite(four, fresh.manifest, 3, lie);
    fresh.fromSites.put(rogue.name(), rogue.keys());
    Step<AwaitingShares> step =
        Play.at(fresh.awaitingKeys, "site-000")
            .handle(Relay.keyList(fresh.fromSites.values()).encoded());
    assertRefused(step, Rule.VALID_KEY, "site-003", words);
  }

  @Test
  void aStateThatTooFewKnowIsRefusedByWhoeverCannotTellItself() throws Exception {
    Play doubt =
        Play.of(four, four.one(3)).descent(Descent.TRUSTED, "site-000", "site-001").begin();
    Step<AwaitingShares> step =
        Play.at(doubt.awaitingKeys, "site-000")
            .handle(Relay.keyList(doubt.fromSites.values()).encoded());
    assertRefused(
        step, Rule.BASE_STATE, Fault.COORDINATOR, "2 members did, at least 3 = max(3, t)");
    Play almost =
        Play.of(four, four.one(3))
            .descent(Descent.TRUSTED, "site-000", "site-001", "site-002")
            .begin();
    assertRefused(
        Play.at(almost.awaitingKeys, "site-000")
            .handle(Relay.keyList(almost.fromSites.values()).encoded()),
        Rule.BASE_STATE,
        Fault.COORDINATOR,
        "1 members did, at least 3");
    Play enough = Play.of(four, four.one(3)).descent(Descent.TRUSTED, "site-000").begin();
    assertThat(
            Play.at(enough.awaitingKeys, "site-000")
                .handle(Relay.keyList(enough.fromSites.values()).encoded()))
        .isInstanceOf(Step.Next.class);
    // who computed it needs nobody's word
    assertThat(
            Play.at(doubt.awaitingKeys, "site-002")
                .handle(Relay.keyList(doubt.fromSites.values()).encoded()))
        .isInstanceOf(Step.Next.class);
  }

  @Test
  void whoeverSawThisSiteFurtherThanItKnowsHaltsIt() throws Exception {
    RogueSite peer = new RogueSite(four, play.manifest, 2, Lie.NONE);
    Sighting claim = new Sighting("site-000".hashCode(), 40);
    peer.standing =
        new Standing(
            new Sighting(1, 9), new TreeMap<>(Map.of(0, new Claim(claim, Digest.ofText("lost")))));
    play.fromSites.put("site-002", peer.keys());
    Step<AwaitingShares> step = handle("site-000", u1().encoded());
    assertRefused(
        step,
        Rule.OWN_JOURNAL,
        "site-000",
        "site-002 saw this site's journal at height 40",
        "halted until its custodian resumes it");
    assertThat(((Step.Refused<?>) step).entry())
        .contains(
            new JournalEntry.Halted(
                play.manifest.digest(), new TreeMap<>(Map.of("site-002", claim))));
    // what it says of others is their business
    assertThat(handle("site-001", u1().encoded())).isInstanceOf(Step.Next.class);
  }

  @Test
  void whatItDealsIsForU1AndRemembersHowFarTheOthersAre() throws Exception {
    KeyList u1 = new KeyList(u1().members().subList(0, 3));
    Step<AwaitingShares> step = handle("site-001", u1.encoded());
    Step.Next<AwaitingShares> next = (Step.Next<AwaitingShares>) step;
    Digest d1 = Transcript.d1(play.manifest.digest(), u1);
    assertThat(next.entry())
        .contains(
            new JournalEntry.Keyed(
                play.manifest.digest(),
                d1,
                new TreeMap<>(
                    Map.of(
                        "site-000", new Sighting("site-000".hashCode(), 2),
                        "site-002", new Sighting("site-002".hashCode(), 2)))));
    Deal deal = (Deal) next.outgoing().orElseThrow();
    assertThat(deal.leaves()).extracting(ShareLeaf::holder).containsExactly(0, 1, 2);
    assertThat(deal.root()).isEqualTo(deal.statement().statement().root());
    assertThat(
            deal.statement()
                .objection(
                    new Origin(play.manifest.digest(), d1, 1),
                    play.manifest.signatures(),
                    "site-001",
                    four.key("site-001").identity()))
        .isEmpty();
  }

  @Test
  void itTakesOneU1AndNoSecond() throws Exception {
    byte[] u1 = u1().encoded();
    AwaitingKeys site = Play.at(play.awaitingKeys, "site-000");
    assertThat(site.handle(u1)).isInstanceOf(Step.Next.class);
    assertThatThrownBy(() -> site.handle(u1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one step");
    AwaitingKeys refuses = Play.at(play.awaitingKeys, "site-001");
    assertThat(refuses.handle(new byte[0])).isInstanceOf(Step.Refused.class);
    assertThatThrownBy(() -> refuses.handle(u1)).isInstanceOf(IllegalStateException.class);
  }

  private KeyList u1() throws Exception {
    return Relay.keyList(play.fromSites.values());
  }

  private Step<AwaitingShares> handle(String site, byte[] message) {
    return Play.at(play.awaitingKeys, site).handle(message);
  }

  private void refuses(
      String site, List<Signed<KeysStatement>> members, Rule rule, String party, String... words) {
    refuses(site, new KeyList(members).encoded(), rule, party, words);
  }

  private void refuses(String site, byte[] message, Rule rule, String party, String... words) {
    Step<AwaitingShares> step = handle(site, message);
    assertRefused(step, rule, party, words);
    assertThat(((Step.Refused<?>) step).entry()).isEmpty();
    assertThat(((Step.Refused<?>) step).complaint()).isEmpty();
  }
}
