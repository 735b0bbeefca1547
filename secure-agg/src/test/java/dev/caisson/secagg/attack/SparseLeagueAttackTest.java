package dev.caisson.secagg.attack;

import static dev.caisson.secagg.Refusals.assertAborted;
import static dev.caisson.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RogueSite;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SparseFederation;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.KeyList;
import dev.caisson.secagg.message.NeighbourList;
import dev.caisson.secagg.message.NeighbourList.Parcel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Members of a sparse graph that draw, deal and confirm in league. Twelve sites, of which each
/// draws five; three shares open unless a test says two; seven consents.
final class SparseLeagueAttackTest {
  private static final String VICTIM = "site-000";

  private final Federation twelve = new Federation(12);
  private final RoundManifest manifest = SparseFederation.one(twelve, 7, 5, 3);

  /// Three in league all draw the victim and nobody that it knows. It masks with them too, holds
  /// their shares, and the sum is right when they leave.
  @Test
  void membersInLeagueThatAllDrawOneSiteGainNothing() throws Exception {
    Play play = SparseFederation.setup(twelve, manifest).begin();
    play.numbers(SparseFederation.numbers(twelve));
    Map<String, RogueSite> league = new TreeMap<>();
    for (int i = 9; i < 12; i++) {
      RogueSite rogue = new RogueSite(twelve, manifest, i, Lie.NONE);
      rogue.draws.addAll(List.of(0, 1, 2, i == 9 ? 10 : 9, i == 11 ? 10 : 11));
      league.put(rogue.name(), rogue);
      play.fromSites.put(rogue.name(), rogue.keys());
    }
    assertThat(play.collectKeys()).isTrue();
    KeyList u1 = (KeyList) Play.at(play.toSites, VICTIM);
    league.keySet().forEach(play.toSites::remove);
    play.deal();
    for (RogueSite rogue : league.values()) {
      play.fromSites.put(rogue.name(), rogue.deal(u1.encoded()));
    }
    assertThat(play.collectShares()).isTrue();
    assertThat(((NeighbourList) Play.at(play.toSites, VICTIM)).parcels())
        .extracting(Parcel::dealer)
        .contains(9, 10, 11);
    play.silent.addAll(league.keySet());
    play.agree();
    play.mask();
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(9 * 10 / 2);
  }

  /// A dealer with more or fewer holders than the degree, with itself or a stranger, is not taken.
  @Test
  void aDealerThatDrawsTooManyTooFewOrItselfIsRefused() throws Exception {
    for (List<Integer> draws :
        List.of(List.of(0, 1, 2, 3), List.of(0, 1, 2, 3, 4, 5), List.of(0, 1, 2, 3, 11))) {
      Play play = SparseFederation.setup(twelve, manifest).begin();
      RogueSite rogue = new RogueSite(twelve, manifest, 11, Lie.NONE);
      rogue.draws.addAll(draws);
      play.fromSites.put(rogue.name(), rogue.keys());
      assertThat(play.collectKeys()).isTrue();
      byte[] u1 = Play.at(play.toSites, VICTIM).encoded();
      assertRejected(
          play.shares.accept(rogue.name(), rogue.deal(u1)), Rule.SHARE_PATH, rogue.name());
    }
  }

  /// A dealer that lies to those it drew: they leave, and it is named by those who can tell.
  @Test
  void aDealerWhomMostOfThoseItDrewAccuseIsNamed() throws Exception {
    RoundManifest five = SparseFederation.one(twelve, 7, 5, 2);
    Play play = SparseFederation.setup(twelve, five).lenient().begin();
    play.numbers(SparseFederation.numbers(twelve));
    RogueSite rogue = new RogueSite(twelve, five, 11, Lie.GARBAGE_ENVELOPES);
    rogue.draws.addAll(List.of(0, 2, 4, 6, 8));
    play.fromSites.put(rogue.name(), rogue.keys());
    assertThat(play.collectKeys()).isTrue();
    byte[] u1 = Play.at(play.toSites, VICTIM).encoded();
    play.toSites.remove(rogue.name());
    play.deal();
    play.fromSites.put(rogue.name(), rogue.deal(u1));
    assertThat(play.collectShares()).isTrue();
    play.silent.add(rogue.name());
    play.agree();
    assertThat(play.left)
        .containsOnlyKeys("site-000", "site-002", "site-004", "site-006", "site-008");
    play.complaints.forEach((name, complaint) -> play.uploads.accept(name, complaint.encoded()));
    play.collectUploads();
    assertThat(assertAborted(play.last, "at least 7 = max(3, t) are needed"))
        .contains(new Fault(Rule.ACCUSED_BY_MOST, rogue.name(), "accused by 5 of the 5 others"));
  }

  /// Members in league that draw a site and confirm other seeds take it out of the sum, but convict
  /// nobody: as many as like can draw it.
  @Test
  void confirmationsOfMembersInLeagueConvictNobody() throws Exception {
    Play play = SparseFederation.setup(twelve, SparseFederation.one(twelve, 7, 5, 2)).begin();
    RoundManifest round = play.manifest;
    play.numbers(SparseFederation.numbers(twelve));
    RogueSite rogue = new RogueSite(twelve, round, 11, Lie.CONFIRMATIONS);
    rogue.draws.addAll(List.of(0, 1, 2, 3, 4));
    play.fromSites.put(rogue.name(), rogue.keys());
    assertThat(play.collectKeys()).isTrue();
    byte[] u1 = Play.at(play.toSites, VICTIM).encoded();
    play.toSites.remove(rogue.name());
    play.deal();
    play.fromSites.put(rogue.name(), rogue.deal(u1));
    assertThat(play.collectShares()).isTrue();
    byte[] u2 = Play.at(play.toSites, rogue.name()).encoded();
    play.toSites.remove(rogue.name());
    play.agree();
    play.mask();
    byte[] chunk = new byte[round.layout().packedBytes(0)];
    play.uploads.acceptChunk(rogue.name(), 0, chunk);
    play.uploads.accept(rogue.name(), rogue.sparseHeader(u2, List.of(chunk)));
    play.silent.add(rogue.name());
    SumResult sum = play.toAnswers().sum();
    assertThat(sum.survivors()).doesNotContain(rogue.name()).hasSize(11);
    assertThat(sum.faults()).isNotEmpty().noneMatch(fault -> fault.rule().provesCulprit());
  }
}
