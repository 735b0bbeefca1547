package dev.caisson.secagg.journal;

import static dev.caisson.secagg.journal.Notes.ABCD;
import static dev.caisson.secagg.journal.Notes.SCOPE;
import static dev.caisson.secagg.journal.Notes.begun;
import static dev.caisson.secagg.journal.Notes.d;
import static dev.caisson.secagg.journal.Notes.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Memory;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Old copies of a journal, and two of one site: what a site is told of itself, and what it makes
/// of others.
final class RollbackTest {
  private static final RoundManifest FOUR = new Federation(4).one(3);
  private final Memory memory = Memory.opened(1);
  private final Notes notes = new Notes(memory);

  @Test
  void aClaimBeyondWhatTheSiteKnowsIsBelievedAndOneWithinIsNot() {
    notes.begin("one", "state"); // height 3
    Journal journal = notes.journal();
    assertThat(journal.height()).isEqualTo(3);
    assertThat(beyond(journal, 1, 3, "one")).isFalse();
    assertThat(beyond(journal, 1, 4, "one")).isTrue();
    assertThat(beyond(journal, 2, 1, "one")).as("a process it does not remember").isTrue();
    assertThat(beyond(journal, 1, 2, "two")).as("a round it does not remember").isTrue();
    Claim known = claim(1, 2, "one");
    assertThat(
            journal.contradicted(
                Map.of("b", known, "c", claim(1, 9, "one"), "d", claim(5, 2, "one"))))
        .isEqualTo(Map.of("c", new Sighting(1, 9), "d", new Sighting(5, 2)));
  }

  /// The coordinator opens rounds that nobody else takes part in until a snapshot is as far again
  /// as it was seen.
  @Test
  void growingAgainDoesNotHideWhatIsForgotten() {
    Memory snapshot = memory.snapshot(1);
    notes.begin("one", "state").answer("one", "x", ABCD);
    Notes later = new Notes(snapshot);
    for (int i = 0; i < 10; i++) {
      later.write(begun("dummy " + i, SCOPE, "state", "train"));
    }
    assertThat(snapshot.journal().height()).isGreaterThan(memory.journal().height());
    assertThat(beyond(snapshot.journal(), 1, 2, "one")).isTrue();
  }

  @Test
  void whatAnEarlierProcessReachedIsRemembered() {
    notes.begin("one", "state");
    Journal restarted = memory.restarted(2).journal();
    assertThat(beyond(restarted, 1, 3, "one")).isFalse();
    assertThat(beyond(restarted, 1, 4, "one")).as("the second process's opening").isTrue();
    assertThat(beyond(restarted, 2, 4, "one")).isFalse();
    assertThat(beyond(restarted, 2, 5, "one")).isTrue();
  }

  /// Keys of one round may be sent before and read after those of another.
  @Test
  void roundsInParallelAreNoRollback() {
    Journal peer = new Journal();
    Sighting first = new Sighting(7, 10);
    Sighting second = new Sighting(7, 11);
    see(peer, "site-001", second);
    assertThat(peer.isPlausible("site-001", first)).isTrue();
    see(peer, "site-001", first);
    assertThat(peer.isPlausible("site-001", first)).isTrue();
    assertThat(seen(peer)).isEqualTo(second);
    // to itself: whatever it said in either round it had written down before
    notes.begin("one", "state");
    Sighting said = notes.journal().standing(FOUR, "site-000").own();
    notes.write(begun("two", SCOPE, "state", "train"));
    notes.write(begun("three", SCOPE, "state", "train"));
    assertThat(beyond(notes.journal(), said.incarnation(), said.height(), "one")).isFalse();
  }

  @Test
  void aRestartIsPlausibleAndAnOldCopyIsNot() {
    Journal peer = new Journal();
    assertThat(peer.isPlausible("site-001", new Sighting(1, 1))).as("never met").isTrue();
    see(peer, "site-001", new Sighting(1, 10));
    assertThat(peer.isPlausible("site-001", new Sighting(2, 11))).as("restarted").isTrue();
    assertThat(peer.isPlausible("site-001", new Sighting(2, 10))).as("restored").isFalse();
    assertThat(peer.isPlausible("site-001", new Sighting(2, 3))).as("restored").isFalse();
    see(peer, "site-001", new Sighting(2, 11));
    assertThat(peer.isPlausible("site-001", new Sighting(1, 50)))
        .as("a process that was over, further on: it runs twice")
        .isFalse();
    assertThat(seen(peer)).isEqualTo(new Sighting(2, 11));
  }

  @Test
  void aHaltedSiteBeginsNothingAndEndsWhatItBegan() {
    notes.begin("one", "state");
    notes.write(halted(40));
    assertThat(notes.journal().halted()).contains(halted(40));
    notes.refuses(begun("two", SCOPE, "state", "train"), Rule.HALTED, "its custodian can");
    notes.refuses(uploaded("one", "x"), Rule.HALTED, "halted during the round");
    notes.refuses(
        new JournalEntry.Keyed(d("one"), d("d1"), new TreeMap<>()), Rule.HALTED, "halted during");
    Notes restarted = new Notes(memory.restarted(2));
    restarted.refuses(begun("two", SCOPE, "state", "train"), Rule.HALTED);
  }

  @Test
  void itsCustodianResumesItFromAboveWhatOthersSaw() {
    notes.write(halted(40));
    resume(39, 1);
    notes.refuses(begun("one", SCOPE, "state", "train"), Rule.HALTED);
    resume(40, 2);
    assertThat(notes.journal().halted()).isEmpty();
    assertThat(notes.journal().height()).isEqualTo(40);
    notes.begin("one", "state").answer("one", "x", ABCD);
    // the claims that halted it are vouched for, and its peers take it for a later process
    assertThat(beyond(notes.journal(), 99, 40, "forgotten")).isFalse();
    assertThat(beyond(notes.journal(), 99, 41, "forgotten")).isTrue();
    Journal peer = new Journal();
    see(peer, "site-001", new Sighting(99, 40));
    assertThat(peer.isPlausible("site-001", notes.journal().standing(FOUR, "site-000").own()))
        .isTrue();
  }

  /// Other peers may have seen more than those that halted it: the custodian says how far.
  @Test
  void aResumeVouchesUpToItsHeightForTheProcessThatWasClaimed() {
    notes.write(halted(40));
    resume(45, 1);
    assertThat(beyond(notes.journal(), 99, 45, "forgotten")).isFalse();
    assertThat(beyond(notes.journal(), 99, 46, "forgotten")).isTrue();
    assertThat(beyond(notes.journal(), 98, 1, "forgotten")).isTrue();
  }

  @Test
  void aHaltTellsTheFurthestClaimThatCanBeTrue() {
    assertThat(halted(Sighting.MAX_RESUMED).height()).isEqualTo(Sighting.MAX_RESUMED);
    assertThat(halted(Sighting.MAX_RESUMED + 1).height()).isZero();
    assertThat(
            new JournalEntry.Halted(
                    d("any"),
                    new TreeMap<>(
                        Map.of(
                            "b", new Sighting(1, 8),
                            "c", new Sighting(1, Sighting.MAX_HEIGHT),
                            "d", new Sighting(1, 7))))
                .height())
        .isEqualTo(8);
  }

  /// An old word of the custodian does not lift a later halt from further on.
  @Test
  void aResumeIsForWhatWasSeenWhenItWasGiven() {
    resume(40, 1);
    notes.write(halted(60));
    notes.refuses(begun("one", SCOPE, "state", "train"), Rule.HALTED);
    resume(60, 2);
    notes.begin("one", "state");
  }

  /// Whatever a lying peer claims, and however often, the custodian can have the site go on.
  @Test
  void noClaimHaltsASiteForGood() {
    for (int lie = 1; lie <= 3; lie++) {
      notes.write(halted(Sighting.MAX_HEIGHT));
      resume(Sighting.MAX_HEIGHT / 2, lie);
      notes.begin("round " + lie, "state");
      Sighting own = notes.journal().standing(FOUR, "site-000").own();
      assertThat(own.height()).isGreaterThan(Sighting.MAX_HEIGHT / 2);
    }
  }

  /// After such a lie, a true old copy is still noticed and still resumed.
  @Test
  void afterALieAnOldCopyIsStillNoticed() {
    notes.write(halted(Sighting.MAX_HEIGHT));
    resume(Sighting.MAX_HEIGHT / 2, 1);
    notes.begin("one", "state");
    Sighting said = notes.journal().standing(FOUR, "site-000").own();
    Memory restored = memory.restored(1, 2);
    assertThat(beyond(restored.journal(), said.incarnation(), said.height(), "one")).isTrue();
    Notes after = new Notes(restored);
    after.write(new JournalEntry.Halted(d("any"), new TreeMap<>(Map.of("b", said))));
    after.write(
        new JournalEntry.Permitted(new Permit.Resume("a", said.height(), "an old disk", 2)));
    after.begin("two", "state");
    assertThat(beyond(restored.journal(), said.incarnation(), said.height(), "one")).isFalse();
    Journal peer = new Journal();
    see(peer, "site-000", said);
    assertThat(peer.isPlausible("site-000", restored.journal().standing(FOUR, "site-000").own()))
        .isTrue();
  }

  @Test
  void aStandingTellsOfTheCohortsOtherMembersByNumber() {
    see(notes.journal(), "site-001", new Sighting(5, 6));
    see(notes.journal(), "site-000", new Sighting(5, 7));
    see(notes.journal(), "elsewhere", new Sighting(5, 8));
    Standing standing = notes.journal().standing(FOUR, "site-000");
    assertThat(standing.seen()).isEqualTo(Map.of(1, claim(5, 6, "met")));
    // with the entry that is about to be written
    assertThat(standing.own()).isEqualTo(new Sighting(1, notes.journal().height() + 1));
  }

  /// How far this journal saw site-001.
  private static Sighting seen(Journal peer) {
    return Objects.requireNonNull(peer.standing(FOUR, "site-000").seen().get(1)).at();
  }

  private static boolean beyond(Journal journal, long incarnation, long height, String round) {
    return !journal.contradicted(Map.of("b", claim(incarnation, height, round))).isEmpty();
  }

  private static Claim claim(long incarnation, long height, String round) {
    return new Claim(new Sighting(incarnation, height), d(round));
  }

  private static void see(Journal journal, String peer, Sighting now) {
    SortedMap<String, Sighting> seen = new TreeMap<>(Map.of(peer, now));
    journal.apply(new JournalEntry.Keyed(d("met"), d("d1"), seen));
  }

  private static JournalEntry.Halted halted(long height) {
    return new JournalEntry.Halted(d("any"), new TreeMap<>(Map.of("b", new Sighting(99, height))));
  }

  private void resume(long height, long at) {
    notes.write(
        new JournalEntry.Permitted(new Permit.Resume("a", height, "the disk was replaced", at)));
  }
}
