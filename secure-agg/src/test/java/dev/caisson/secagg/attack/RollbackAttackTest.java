package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertBroken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.ManifestDraft;
import dev.caisson.secagg.Memory;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RogueSite;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.journal.Claim;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.trust.Digest;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A site comes back with an older memory, or there are two of it: whoever met it since tells it,
/// and takes nothing from it if it goes on all the same.
final class RollbackAttackTest {
  private static final String SITE = "site-003";
  private final Federation four = new Federation(4);
  private final NavigableMap<String, Memory> memories = four.memories();
  private int rounds;

  @Test
  void aSiteRestoredFromAnOldBackupIsHaltedByItsPeersClaim() {
    int backup = memory().entries().size();
    round();
    round();
    restore(memory().restored(backup, 900));
    Play play = begin();
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertThat(play.left).containsOnlyKeys(SITE);
    assertBroken(
        Play.at(play.left, SITE),
        Rule.OWN_JOURNAL,
        SITE,
        "site-000, site-001, site-002 saw this site's journal at height",
        "restored from an old copy, or runs twice");
    assertThat(memory().journal().halted().orElseThrow().claims())
        .containsOnlyKeys("site-000", "site-001", "site-002");
    // the others go on without it, and it begins nothing more
    assertThat(play.collectShares()).isTrue();
    play.agree();
    play.mask();
    assertThat(play.toAnswers().sum().survivors()).doesNotContain(SITE).hasSize(3);
    Play next = begin();
    assertThat(next.left).containsOnlyKeys(SITE);
    assertBroken(Play.at(next.left, SITE), Rule.HALTED, Fault.COORDINATOR, "its custodian can");
  }

  /// Rogue software, or one whose claims were cut off on the way: it deals from the old backup.
  @Test
  void aRestoredSiteThatGoesOnAllTheSameIsRefusedByEverybodyWhoMetIt() throws Exception {
    round();
    RoundManifest manifest = manifest();
    Play play = Play.of(four, manifest).memories(memories).lenient().begin().numbers(1, 2, 4, 8);
    RogueSite restored = new RogueSite(four, manifest, 3, Lie.NONE);
    restored.standing = new Standing(new Sighting(900, 2), new TreeMap<>());
    play.fromSites.put(SITE, restored.keys());
    assertThat(play.collectKeys()).isTrue();
    byte[] keyList = Play.at(play.toSites, SITE).encoded();
    play.toSites.remove(SITE);
    play.deal();
    play.fromSites.put(SITE, restored.deal(keyList));
    assertThat(play.collectShares()).isTrue();
    play.silent.add(SITE);
    play.agree();
    assertThat(play.left).containsOnlyKeys("site-000", "site-001", "site-002");
    play.left
        .values()
        .forEach(
            fault ->
                assertBroken(
                    fault,
                    Rule.PEER_JOURNAL,
                    SITE,
                    "its journal is behind where this site saw it"));
    play.complaints
        .values()
        .forEach(c -> assertThat(c.statement().reason()).startsWith("PEER_JOURNAL"));
  }

  /// The clone starts from a copy of the journal; the first process has gone on since.
  @Test
  void ofASiteThatRunsTwiceTheOneBehindIsHalted() {
    Memory original = memory();
    Memory clone = original.restarted(901);
    round();
    restore(clone);
    Play play = begin();
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertBroken(Play.at(play.left, SITE), Rule.OWN_JOURNAL, SITE);
  }

  /// Here the clone has met the others first and is further on; the first process then hears of a
  /// process that it does not know.
  @Test
  void ofASiteThatRunsTwiceTheOtherIsHaltedTooOnceTheCloneWasMet() {
    round();
    Memory original = memory();
    restore(original.restarted(901));
    round();
    round();
    restore(original);
    Play play = begin();
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertBroken(Play.at(play.left, SITE), Rule.OWN_JOURNAL, SITE);
  }

  /// The process is the same, to itself: same incarnation, lower height. It forgot one round.
  @Test
  void aVirtualMachinesSnapshotIsHalted() {
    round();
    int snapshot = memory().entries().size();
    round();
    restore(memory().snapshot(snapshot));
    Play play = begin();
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertBroken(Play.at(play.left, SITE), Rule.OWN_JOURNAL, SITE, "that it does not remember");
  }

  /// The coordinator sees the site's height fall, and opens rounds that come to nothing until it is
  /// as far again as the others saw it.
  @Test
  void aSnapshotThatWasLetGrowAgainIsHaltedAllTheSame() {
    round();
    int snapshot = memory().entries().size();
    round();
    restore(memory().snapshot(snapshot));
    for (int i = 0; i < 10; i++) {
      begin();
    }
    Play play = begin();
    assertThat(play.collectKeys()).isTrue();
    play.deal();
    assertBroken(Play.at(play.left, SITE), Rule.OWN_JOURNAL, SITE);
  }

  @Test
  void anOrdinaryRestartIsNoRollback() {
    round();
    restore(memory().restarted(902));
    round();
    restore(memory().restarted(903));
    round();
  }

  /// Keys of both rounds are out before either goes on; then the later goes on first.
  @Test
  void roundsInParallelAreNoRollback() {
    round();
    Play one = begin();
    Play two = begin(ManifestDraft.like(manifest()).model("another state").build());
    assertThat(two.toUploads().toAnswers().sum().aggregate().exactSum("x")).containsExactly(15);
    Play three = begin(ManifestDraft.like(manifest()).model("a third").build());
    assertThat(one.toUploads().toAnswers().sum().aggregate().exactSum("x")).containsExactly(15);
    assertThat(three.toUploads().toAnswers().sum().aggregate().exactSum("x")).containsExactly(15);
    assertThat(one.left).isEmpty();
    assertThat(two.left).isEmpty();
    assertThat(three.left).isEmpty();
  }

  @Test
  void aCustodianResumesAHaltedSiteAndItsPeersTakeItBack() {
    int backup = memory().entries().size();
    round();
    round();
    restore(memory().restored(backup, 900));
    Play halting = begin();
    assertThat(halting.collectKeys()).isTrue();
    halting.deal();
    long height = memory().journal().halted().orElseThrow().height();
    assertThat(
            memory()
                .record(
                    new JournalEntry.Permitted(
                        new Permit.Resume(SITE, height, "the disk was replaced", 1))))
        .isEmpty();
    round();
    restore(memory().restarted(904));
    round();
  }

  /// A restarted site has lost the round's secrets: it never rejoins it.
  @Test
  void aSiteThatCrashesAfterItsUploadSendsNoSecondVector() {
    Play play = begin().toUploads();
    assertThat(play.collectUploads()).isTrue();
    restore(memory().restarted(905));
    Play again = Play.of(four, play.manifest).memories(memories).seed(2).lenient().begin();
    assertBroken(
        Play.at(again.left, SITE),
        Rule.BEGUN_ONCE,
        Fault.COORDINATOR,
        "this site began the round before and forgot its secrets since");
    assertThat(again.fromSites).doesNotContainKey(SITE);
    play.silent.add(SITE);
    play.consent();
    assertThat(play.collectConsents()).isTrue();
    play.answer();
    assertThat(play.sum().aggregate().exactSum("x")).as("its vector counts").containsExactly(15);
  }

  /// What the design gives up: a liar can halt a site. It signs that it does, by name.
  @Test
  void aLyingPeerHaltsASiteUnderItsOwnName() throws Exception {
    RoundManifest manifest = manifest();
    Play play = Play.of(four, manifest).memories(memories).lenient().begin();
    RogueSite liar = new RogueSite(four, manifest, 0, Lie.NONE);
    Sighting lie = new Sighting(5, Sighting.MAX_HEIGHT);
    liar.standing =
        new Standing(
            new Sighting(1, 2),
            new TreeMap<>(Map.of(3, new Claim(lie, Digest.ofText("never was")))));
    play.fromSites.put(liar.name(), liar.keys());
    assertThat(play.collectKeys()).isTrue();
    play.toSites.remove(liar.name());
    play.deal();
    assertThat(play.left).containsOnlyKeys(SITE);
    assertThat(memory().journal().halted().orElseThrow().claims())
        .isEqualTo(Map.of("site-000", lie));
  }

  private Memory memory() {
    return Play.at(memories, SITE);
  }

  private void restore(Memory memory) {
    memories.put(SITE, memory);
  }

  /// A whole round of all four, on a state of its own.
  private void round() {
    Play play = begin();
    assertThat(play.toUploads().toAnswers().sum().aggregate().exactSum("x")).containsExactly(15);
    assertThat(play.left).isEmpty();
  }

  private Play begin() {
    return begin(manifest());
  }

  private Play begin(RoundManifest manifest) {
    return Play.of(four, manifest).memories(memories).lenient().begin().numbers(1, 2, 4, 8);
  }

  private RoundManifest manifest() {
    rounds++;
    return ManifestDraft.like(four.one(3)).nonce("n" + rounds).model("state " + rounds).build();
  }
}
