package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertAborted;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RogueGame;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.KeysStatement;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.trust.Digest;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Sites that spoil rounds: whether the others get their sum, and whether the culprit is named.
final class DealingAttackTest {
  /// n = 7, n_C = 2, t = 5: two lie that the others' envelopes do not open, and leave.
  @Test
  void aFloodOfComplaintsByThoseInLeagueCostsThemTheirPlaceAndNobodyElse() {
    Federation seven = new Federation(7);
    Play play =
        Play.of(seven, seven.one(5))
            .policy(seven.policy(2))
            .begin()
            .numbers(1, 2, 4, 8, 16, 32, 64);
    assertThat(play.collectKeys()).isTrue();
    Digest d1 =
        Transcript.d1(play.manifest.digest(), (KeyList) play.toSites.firstEntry().getValue());
    play.deal();
    assertThat(play.collectShares()).isTrue();
    for (int liar = 0; liar < 2; liar++) {
      String name = seven.name(liar);
      for (int accused = 2; accused < 7; accused++) {
        byte[] complaint =
            Signed.sign(
                    new ComplaintStatement(
                        new Origin(play.manifest.digest(), d1, liar), accused, "ENVELOPE: no"),
                    play.manifest.signatures(),
                    seven.key(name))
                .encoded();
        assertRejected(
            play.uploads.accept(name, complaint),
            accused == 2 ? Rule.COMPLAINT : Rule.STAYS_DROPPED,
            name);
      }
      play.silent.add(name);
    }
    play.agree();
    play.mask();
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(4 + 8 + 16 + 32 + 64);
    assertThat(sum.faults()).noneMatch(fault -> fault.rule().provesCulprit());
  }

  @Test
  void aDealerWhomEverybodyAccusesIsNamedAndTheRoundEnds() throws Exception {
    RogueGame game = new RogueGame(4, 1, Lie.GARBAGE_ENVELOPES).toShares();
    game.play.silent.add(game.rogue.name());
    game.play.agree();
    assertThat(game.play.left.keySet()).containsExactly("site-000", "site-002", "site-003");
    game.play.complaints.forEach(
        (name, complaint) ->
            assertRejected(
                game.play.uploads.accept(name, complaint.encoded()),
                Rule.COMPLAINT,
                name,
                "left, accusing site-001 of ENVELOPE"));
    assertThat(game.play.collectUploads()).isFalse();
    assertThat(assertAborted(game.play.last, "0 sites reached this step (U3)"))
        .filteredOn(fault -> fault.rule().provesCulprit())
        .containsExactly(
            new Fault(Rule.ACCUSED_BY_MOST, "site-001", "accused by 3 of the 3 others"));
  }

  /// A dealer spoils its dealing for one site alone: that site leaves, the others sum.
  @Test
  void aDealerThatLiesToOneSiteCostsThatSitesInput() throws Exception {
    RogueGame game = new RogueGame(5, 1, Lie.SHARES_THAT_DO_NOT_OPEN);
    game.rogue.victims.clear();
    game.rogue.victims.add(4);
    game.toShares().masks();
    assertThat(game.play.left.keySet()).containsExactly("site-004");
    assertRejected(
        game.play.uploads.accept("site-004", Play.at(game.play.complaints, "site-004").encoded()),
        Rule.COMPLAINT,
        "site-004",
        "accusing site-001 of SHARE_OPENS");
    SumResult sum = game.play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(10 + 12 + 13);
  }

  /// site-000 fills the list of faults with claims that convict nobody, so that its friend's wrong
  /// dealing would find no room in it.
  @Test
  void aFloodOfFaultsHidesNoCulprit() throws Exception {
    RogueGame game = new RogueGame(4, 2, Lie.ANOTHER_SELF_MASK);
    KeysStatement own =
        Signed.decode(Play.at(game.play.fromSites, "site-000"), KeysStatement::decode).statement();
    for (int i = 0; i < 2500; i++) {
      Origin origin = new Origin(game.play.manifest.digest(), Digest.ofText("d" + i), 0);
      KeysStatement stale =
          new KeysStatement(origin, own.mask(), own.transport(), own.standing(), own.descent());
      assertRejected(
          game.play.keys.accept("site-000", new Signed<>(stale, Bytes.empty()).encoded()),
          Rule.SAME_TRANSCRIPT,
          "site-000");
    }
    game.toShares().masks().rogueUploads();
    game.play.toAnswers();
    List<Fault> faults = assertAborted(game.play.collectAnswers(), "site-002 dealt shares");
    assertThat(faults)
        .contains(
            new Fault(
                Rule.DEALT_SECRET,
                "site-002",
                "dealt shares of another self-mask seed than it committed to"));
    assertThat(faults).as("bounded all the same").hasSizeLessThan(100);
  }

  /// The same by strangers, where the transport lets them in.
  @Test
  void aFloodByStrangersHidesNoCulprit() throws Exception {
    RogueGame game = new RogueGame(4, 2, Lie.ANOTHER_SELF_MASK);
    for (int i = 0; i < 2500; i++) {
      game.play.keys.accept("stranger-" + i, new byte[0]);
    }
    game.toShares().masks().rogueUploads();
    game.play.toAnswers();
    List<Fault> faults = assertAborted(game.play.collectAnswers(), "site-002 dealt shares");
    assertThat(faults).extracting(Fault::rule).contains(Rule.DEALT_SECRET);
    assertThat(faults).hasSizeLessThan(100);
  }
}
