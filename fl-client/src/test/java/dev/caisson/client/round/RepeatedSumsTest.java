package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.ledger.PermitFolder;
import dev.caisson.client.ledger.RoundHistory;
import dev.caisson.client.ledger.RoundRecords;
import dev.caisson.client.ledger.SumReplay;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.check.Finding;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sums over one state, and the state after: real sites against a coordinator that tries.
final class RepeatedSumsTest {
  private static final String[] FOUR = {"a", "b", "c", "d"};

  @TempDir Path folder;
  private Rounds rounds;

  @BeforeEach
  void open() throws Exception {
    rounds = new Rounds(folder, FOUR);
  }

  @AfterEach
  void close() throws Exception {
    rounds.close();
  }

  /// d dies after its consent: no sum comes of it, a, b and c have answered. It returns, trains
  /// again and sends the same numbers.
  @Test
  void aRoundThatFailedAfterAnswersIsRepeatedAndGivesTheSameSum() throws Exception {
    Outcome<SumResult> first = rounds.play(first(), Optional.empty(), Map.of("d", 5));
    Aggregate sum = sum(first);
    rounds.site("d").restart();
    Outcome<SumResult> second = rounds.play(first(), Optional.empty());
    assertThat(sum(second).content()).as("bit for bit").isEqualTo(sum.content());
    assertThat(rounds.sites.values()).allMatch(site -> site.left.isEmpty());
  }

  @Test
  void aSecondSumOverFewerSitesIsRefusedByAllThatAnswered() throws Exception {
    sum(rounds.play(first(), Optional.empty()));
    Outcome<SumResult> second = rounds.play(first(), Optional.empty(), Map.of("d", 3));
    assertThat(second).isInstanceOf(Outcome.Aborted.class);
    for (String name : new String[] {"a", "b", "c"}) {
      assertThat(rounds.site(name).left)
          .singleElement()
          .asString()
          .contains("coordinator broke SPENT_STATE", "was answered for [a, b, c, d]");
    }
  }

  /// The coordinator calls a round failed although it could open it, with d's upload in it; d never
  /// answered, but its numbers are out.
  @Test
  void whoUploadedAndDidNotAnswerSendsNoOtherNumbersForThatState() throws Exception {
    sum(rounds.play(first(), Optional.empty(), Map.of("d", 4)));
    RoundManifest otherShuffle = rounds.manifest(Purpose.TRAIN, 2, rounds.firstState(), FOUR);
    assertThat(rounds.play(otherShuffle, Optional.empty())).isInstanceOf(Outcome.Aborted.class);
    assertThat(rounds.site("d").left)
        .singleElement()
        .asString()
        .contains("SPENT_STATE", "another input was sent for state");
    assertThat(rounds.site("d").sent).as("keys and shares, no second vector").hasSize(6);
  }

  @Test
  void aCustodiansPermitLetsOneMoreRoundPass() throws Exception {
    sum(rounds.play(first(), Optional.empty()));
    for (String name : new String[] {"a", "b", "c"}) {
      Rounds.Site site = rounds.site(name);
      new PermitFolder(PermitFolder.beside(site.ledgerFile), name, site.key.identity())
          .leave(
              new Permit.AnswerAgain(
                  name, site.study.scope(Purpose.TRAIN), rounds.firstState(), "d is gone", 1),
              site.key);
    }
    Aggregate second = sum(rounds.play(first(), Optional.empty(), Map.of("d", 3)));
    assertThat(second.survivors()).containsExactly("a", "b", "c");
    assertThat(rounds.play(first(), Optional.empty(), Map.of("a", 3)))
        .as("one more, not two")
        .isInstanceOf(Outcome.Aborted.class);
  }

  @Test
  void theNextStateIsTheOneThatTheSumGives() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty()));
    Digest next = rounds.next(sum, rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, FOUR);
    sum(rounds.play(second, Optional.of(Rounds.succession(sum))));
  }

  @Test
  void aStateThatTheSumDoesNotGiveIsRefusedByEverybody() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty()));
    rounds.next(sum, rounds.firstState());
    byte[] invented = new byte[12];
    rounds.blobs.put(Digest.of(invented), invented);
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, Digest.of(invented), FOUR);
    assertThat(rounds.play(second, Optional.of(Rounds.succession(sum))))
        .isInstanceOf(Outcome.Aborted.class);
    for (Rounds.Site site : rounds.sites.values()) {
      assertThat(site.left)
          .singleElement()
          .asString()
          .contains("does not follow from the sum of the round before");
    }
  }

  @Test
  void aStateFromNowhereIsRefusedByEverybody() throws Exception {
    byte[] invented = new byte[12];
    rounds.blobs.put(Digest.of(invented), invented);
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, Digest.of(invented), FOUR);
    assertThat(rounds.play(second, Optional.empty())).isInstanceOf(Outcome.Aborted.class);
    for (Rounds.Site site : rounds.sites.values()) {
      assertThat(site.left)
          .singleElement()
          .asString()
          .contains("coordinator broke BASE_STATE", "0 members did, at least 3");
    }
  }

  /// d missed the first round: it cannot compute the state, and three others can.
  @Test
  void whoMissedARoundGoesOnWithEnoughWhoDidNot() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty(), Map.of("d", 1)));
    Digest next = rounds.next(sum, rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, FOUR);
    Aggregate all = sum(rounds.play(second, Optional.of(Rounds.succession(sum))));
    assertThat(all.survivors()).containsExactly(FOUR);
  }

  @Test
  void withTooFewWhoKnowTheStateItDoesNot() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty(), Map.of("d", 1)));
    Digest next = rounds.next(sum, rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, "b", "c", "d");
    assertThat(rounds.play(second, Optional.of(Rounds.succession(sum))))
        .isInstanceOf(Outcome.Aborted.class);
    assertThat(rounds.site("d").left)
        .singleElement()
        .asString()
        .contains("this site did not compute state", "2 members did, at least 3");
  }

  /// The same round told twice with two sums, to sites that go on from sums that they could not
  /// check: two next states for one sum.
  @Test
  void oneSumHasOneNextState() throws Exception {
    rounds.checks = false;
    rounds.acceptsUnverifiedSums = true;
    Aggregate sum = sum(rounds.play(first(), Optional.empty()));
    Digest next = rounds.next(sum, rounds.firstState());
    sum(
        rounds.play(
            rounds.manifest(Purpose.TRAIN, 2, next, FOUR), Optional.of(Rounds.succession(sum))));
    Aggregate other = bent(sum);
    Digest otherNext = rounds.next(other, rounds.firstState());
    assertThat(otherNext).isNotEqualTo(next);
    rounds.play(
        rounds.manifest(Purpose.EVALUATE, 3, otherNext, FOUR),
        Optional.of(Rounds.succession(other)));
    for (Rounds.Site site : rounds.sites.values()) {
      assertThat(site.left).singleElement().asString().contains("ONE_SUCCESSOR");
    }
  }

  /// The check was honest, and then the coordinator goes on from S + e for everybody.
  @Test
  void aSumThatIsBentForEverybodyIsRefusedByEverybody() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty()));
    Aggregate other = bent(sum);
    Digest next = rounds.next(other, rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, FOUR);
    assertThat(rounds.play(second, Optional.of(Rounds.succession(other))))
        .isInstanceOf(Outcome.Aborted.class);
    assertEverybodyLeft("CHECKED_SUM", "is another than the one that was checked");
  }

  /// What all an opening can lie about: BentSumAttackTest.
  @Test
  void aSumWhoseOpeningLiesIsFoundWrongAndNobodyGoesOnFromIt() throws Exception {
    rounds.bent =
        o ->
            new SumOpening(
                o.manifest(),
                o.d3(),
                o.total(),
                o.content(),
                o.sum(),
                o.uploads(),
                o.selfMasks().reversed(),
                o.pairSeeds());
    Aggregate sum = sum(rounds.play(first(), Optional.empty()));
    for (String name : FOUR) {
      assertThat(replay(name).inWords())
          .as("the same when it is checked again")
          .startsWith("coordinator: opened another self-mask seed of a");
    }
    Digest next = rounds.next(sum, rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, FOUR);
    assertThat(rounds.play(second, Optional.of(Rounds.succession(sum))))
        .isInstanceOf(Outcome.Aborted.class);
    assertEverybodyLeft("CHECKED_SUM", "is wrong: coordinator: opened another self-mask seed of a");
    for (String name : FOUR) {
      assertThat(
              rounds
                  .site(name)
                  .ledger()
                  .journal()
                  .check(sum.manifest().digest())
                  .orElseThrow()
                  .result())
          .isEqualTo(JournalEntry.Checked.Result.WRONG);
    }
  }

  /// A coordinator that has nothing checked: nobody vouches for what comes of it.
  @Test
  void aSumThatNobodyCouldCheckIsNoOnesToGoOnFrom() throws Exception {
    rounds.checks = false;
    Aggregate sum = sum(rounds.play(first(), Optional.empty()));
    Digest next = rounds.next(sum, rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, FOUR);
    assertThat(rounds.play(second, Optional.of(Rounds.succession(sum))))
        .isInstanceOf(Outcome.Aborted.class);
    assertEverybodyLeft(
        "BASE_STATE", "from a sum that it checked, and 0 members did, at least 2 = max(3, t) - 1");
  }

  /// **Not refused:** where custodians accept sums that they could not check, S + e moves the model
  /// by e.
  @Test
  void whoAcceptsUnverifiedSumsGoesOnFromABentOne() throws Exception {
    rounds.checks = false;
    rounds.acceptsUnverifiedSums = true;
    Aggregate other = bent(sum(rounds.play(first(), Optional.empty())));
    Digest next = rounds.next(other, rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, FOUR);
    sum(rounds.play(second, Optional.of(Rounds.succession(other))));
    assertThat(rounds.sites.values()).allMatch(site -> site.left.isEmpty());
  }

  /// d's disk has no room for its copy: nobody is blamed, and it is as if d had missed the check.
  @Test
  void whoCannotKeepItsUploadLetsTheCheckPass() throws Exception {
    Files.writeString(rounds.site("d").ledgerFile.resolveSibling("rounds"), "no folder");
    Aggregate sum = sum(rounds.play(first(), Optional.empty()));
    assertThat(rounds.site("d").left).isEmpty();
    assertThat(rounds.site("d").ledger().journal().check(sum.manifest().digest())).isEmpty();
    assertThat(Files.readString(rounds.site("d").ledgerFile))
        .contains("nothing of the round could be kept");
    assertThat(rounds.site("a").ledger().journal().check(sum.manifest().digest()).isPresent())
        .isTrue();
  }

  /// It has read the sum while it checked it.
  @Test
  void whoVerifiedASumDoesNotFetchItAgain() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty()));
    Digest next = rounds.next(sum, rounds.firstState());
    byte[] content = rounds.blobs.remove(Digest.of(sum.content()));
    assertThat(content).isEqualTo(sum.content());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, FOUR);
    Aggregate after = sum(rounds.play(second, Optional.of(Rounds.succession(sum))));
    assertThat(after.survivors()).containsExactly(FOUR);
  }

  @Test
  void whoMissedTheCheckGoesOnWithEnoughWhoDidNot() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty(), Map.of("d", 6)));
    assertThat(rounds.site("d").ledger().journal().check(sum.manifest().digest())).isEmpty();
    rounds.site("d").restart();
    Digest next = rounds.next(sum, rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, "b", "c", "d");
    Aggregate after = sum(rounds.play(second, Optional.of(Rounds.succession(sum))));
    assertThat(after.survivors()).as("two others have checked").containsExactly("b", "c", "d");
  }

  @Test
  void twoWhoMissedTheCheckHoldUpARoundOfThree() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty(), Map.of("c", 6, "d", 6)));
    Digest next = rounds.next(sum, rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, "b", "c", "d");
    assertThat(rounds.play(second, Optional.of(Rounds.succession(sum))))
        .isInstanceOf(Outcome.Aborted.class);
    assertThat(rounds.site("d").left).singleElement().asString().contains("1 members did");
  }

  /// It need not rely on anybody to see that a state does not follow from the sum that it was told.
  @Test
  void whoMissedTheCheckRefusesAStateThatDoesNotFollow() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty(), Map.of("d", 6)));
    rounds.next(sum, rounds.firstState());
    Digest next = rounds.next(bent(sum), rounds.firstState());
    RoundManifest second = rounds.manifest(Purpose.TRAIN, 2, next, FOUR);
    assertThat(rounds.play(second, Optional.of(Rounds.succession(sum))))
        .isInstanceOf(Outcome.Aborted.class);
    assertThat(rounds.site("d").left)
        .singleElement()
        .asString()
        .contains("does not follow from the sum of the round before");
  }

  /// From the ledger and what is kept beside it, d's upload too, which fell silent after its
  /// consent.
  @Test
  void aSiteChecksARoundAgainByItself() throws Exception {
    Aggregate sum = sum(rounds.play(first(), Optional.empty(), Map.of("d", 5)));
    assertThat(replay("a"))
        .isEqualTo(
            new Finding.Verified(Digest.of(sum.content()), List.of("a", "b", "c"), List.of("d")));
    assertThat(replay("d").inWords()).contains("did not answer");
    Path total = record("a", sum).resolve("total");
    byte[] bytes = Files.readAllBytes(total);
    bytes[0] ^= 1;
    Files.write(total, bytes);
    assertThat(replay("a").inWords()).contains("is not the one that was signed");
    Files.delete(total);
    assertThat(replay("a")).isInstanceOf(Finding.Unverified.class);
    Files.copy(record("b", sum).resolve("total"), record("a", sum).resolve("total"));
    assertThat(replay("a")).isInstanceOf(Finding.Verified.class);
    Files.delete(record("a", sum).resolve("upload-3"));
    assertThat(replay("a").inWords()).startsWith("no tag for this opening from d,");
  }

  /// b's custodian makes a new key after an honest round, and the others put it into their rosters.
  @Test
  void whoHasANewKeySinceIsNoReasonToAccuseAnybody() throws Exception {
    sum(rounds.play(first(), Optional.empty()));
    Map<String, Identity> members = members();
    members.put("b", IdentityKey.generate().identity());
    assertThat(replay("a", members))
        .isInstanceOfSatisfying(
            Finding.Unverified.class,
            gap ->
                assertThat(gap.gap()).startsWith("the roster's key of b is not the one of that"));
    assertThat(replay("a")).isInstanceOf(Finding.Verified.class);
  }

  private Path record(String site, Aggregate sum) {
    return rounds
        .site(site)
        .ledgerFile
        .resolveSibling("rounds")
        .resolve(sum.manifest().digest().hex());
  }

  private Map<String, Identity> members() {
    Map<String, Identity> members = new TreeMap<>();
    rounds.sites.forEach((other, site) -> members.put(other, site.key.identity()));
    return members;
  }

  private Finding replay(String name) throws Exception {
    return replay(name, members());
  }

  private Finding replay(String name, Map<String, Identity> members) throws Exception {
    Path ledger = rounds.site(name).ledgerFile;
    return new SumReplay(
            new RoundRecords(ledger), new Roster(members), rounds.coordinator.identity())
        .of(RoundHistory.read(ledger).rounds().getLast());
  }

  private void assertEverybodyLeft(String... words) {
    for (Rounds.Site site : rounds.sites.values()) {
      assertThat(site.left).singleElement().asString().contains(words);
    }
  }

  private static Aggregate bent(Aggregate sum) throws Exception {
    byte[] bent = sum.content();
    bent[1] ^= 1;
    return Aggregate.decode(sum.manifest(), sum.survivors(), bent);
  }

  private RoundManifest first() {
    return rounds.manifest(Purpose.TRAIN, 1, rounds.firstState(), FOUR);
  }

  private static Aggregate sum(Outcome<SumResult> outcome) {
    if (!(outcome instanceof Outcome.Next<SumResult>(SumResult sum, _))) {
      throw new AssertionError(outcome);
    }
    return sum.aggregate();
  }
}
