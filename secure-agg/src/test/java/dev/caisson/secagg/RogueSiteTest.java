package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.Receipt;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.message.ComplaintStatement;
import dev.caisson.secagg.message.Message;
import dev.caisson.secagg.message.Origin;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.site.Masking;
import dev.caisson.secagg.site.Step;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// One site lies; who notices, and whether the others get their sum.
final class RogueSiteTest {
  private static final VectorSpec ONE = VectorSpec.of(new Segment.Exact("x", 1, 100, true));

  @Test
  void envelopesThatDoNotOpenMakeEveryHolderComplainOfTheirDealer() throws Exception {
    assertComplaints(Lie.GARBAGE_ENVELOPES, Rule.ENVELOPE);
  }

  @Test
  void sharesThatDoNotOpenTheirCommitmentMakeEveryHolderComplain() throws Exception {
    assertComplaints(Lie.SHARES_THAT_DO_NOT_OPEN, Rule.SHARE_OPENS);
  }

  private static void assertComplaints(Lie lie, Rule rule) throws Exception {
    Game game = new Game(4, 1, lie);
    game.toShares();
    for (Map.Entry<String, Message> entry : game.honest().entrySet()) {
      Step<Masking> step =
          Play.at(game.play.awaitingShares, entry.getKey()).handle(entry.getValue().encoded());
      assertThat(step).isInstanceOf(Step.Refused.class);
      Step.Refused<Masking> refused = (Step.Refused<Masking>) step;
      assertThat(refused.fault().rule()).isEqualTo(rule);
      assertThat(refused.fault().party()).isEqualTo(game.rogue.name());
      Receipt receipt =
          game.play.uploads.accept(entry.getKey(), refused.complaint().orElseThrow().encoded());
      assertThat(((Receipt.Rejected) receipt).fault().detail())
          .contains("accusing " + game.rogue.name(), rule.name());
      assertThat(game.play.uploads.awaited()).doesNotContain(entry.getKey());
    }
    assertThat(((Outcome.Aborted<?>) game.play.uploads.close()).faults())
        .hasSize(4)
        .contains(
            new Fault(Rule.ACCUSED_BY_MOST, game.rogue.name(), "accused by 3 of the 3 others"));
  }

  @Test
  void aSelfMaskOtherThanCommittedNamesItsDealer() throws Exception {
    Game game = new Game(4, 2, Lie.ANOTHER_SELF_MASK);
    game.toShares();
    game.masks();
    game.rogueUploads();
    game.play.toAnswers();
    Outcome.Aborted<SumResult> aborted = (Outcome.Aborted<SumResult>) game.play.collectAnswers();
    assertThat(aborted.faults())
        .containsExactly(
            new Fault(
                Rule.DEALT_SECRET,
                game.rogue.name(),
                "dealt shares of another self-mask seed than it committed to"));
  }

  /// It falls silent, and so does a survivor whose pair seed with it is then missing.
  @Test
  void aRootOtherThanItsKeysComeFromNamesItsDealer() throws Exception {
    for (Lie lie : new Lie[] {Lie.ANOTHER_ROOT, Lie.UNDERIVED_MASK_CIPHERTEXT}) {
      Game game = new Game(5, 1, lie);
      game.toShares();
      game.masks();
      assertThat(game.play.collectUploads()).isTrue();
      game.play.consent();
      assertThat(game.play.collectConsents()).isTrue();
      game.play.answer();
      game.play.silent.add(game.play.federation.name(4));
      Outcome.Aborted<SumResult> aborted = (Outcome.Aborted<SumResult>) game.play.collectAnswers();
      assertThat(aborted.faults())
          .containsExactly(
              new Fault(
                  Rule.DEALT_SECRET,
                  game.rogue.name(),
                  "dealt shares of another root than it committed to"));
    }
  }

  /// As long as all survivors answer, its root is not needed and the lie does no harm.
  @Test
  void aLiarThatIsNotNeededDoesNotSpoilTheSum() throws Exception {
    Game game = new Game(4, 1, Lie.ANOTHER_ROOT);
    game.toShares();
    game.masks();
    SumResult sum = game.play.toAnswers().sum();
    assertThat(sum.aggregate().exactSum("x")).containsExactly(10 + 12 + 13);
  }

  @Test
  void whoConfirmsOtherPairSeedsThanAllOthersIsLeftOutAndNamed() throws Exception {
    Game game = new Game(4, 1, Lie.CONFIRMATIONS);
    game.toShares();
    game.masks();
    game.rogueUploads();
    SumResult sum = game.play.toAnswers().sum();
    assertThat(sum.survivors()).doesNotContain(game.rogue.name()).hasSize(3);
    assertThat(sum.aggregate().exactSum("x")).containsExactly(10 + 12 + 13);
    assertThat(sum.faults())
        .containsExactly(
            new Fault(
                Rule.CONFIRMATION,
                game.rogue.name(),
                "its pair seeds differ from those of [site-000, site-002, site-003]"));
  }

  /// An honest cohort with one rogue in place of `at`.
  private static final class Game {
    final Play play;
    final RogueSite rogue;
    private byte[] shareList = new byte[0];

    Game(int n, int at, Lie lie) {
      Federation federation = new Federation(n);
      RoundManifest manifest = federation.manifest(3, ONE, new Weights.Equal());
      play = new Play(federation, manifest);
      rogue = new RogueSite(federation, manifest, at, lie);
      for (int i = 0; i < n; i++) {
        play.inputs.put(federation.name(i), Input.weighing(1).withExact("x", 10 + i));
      }
    }

    /// Up to everybody's share list.
    void toShares() throws Exception {
      play.fromSites.put(rogue.name(), rogue.keys());
      assertThat(play.collectKeys()).isTrue();
      byte[] keyList = Play.at(play.toSites, rogue.name()).encoded();
      play.toSites.remove(rogue.name());
      play.deal();
      play.fromSites.put(rogue.name(), rogue.deal(keyList));
      assertThat(play.collectShares()).isTrue();
      shareList = Play.at(play.toSites, rogue.name()).encoded();
    }

    Map<String, Message> honest() {
      Map<String, Message> honest = new TreeMap<>(play.toSites);
      honest.remove(rogue.name());
      return honest;
    }

    void masks() {
      play.silent.add(rogue.name());
      play.agree();
      play.mask();
    }

    void rogueUploads() throws Exception {
      byte[] chunk = new byte[play.manifest.layout().packedBytes(0)];
      assertThat(play.uploads.acceptChunk(rogue.name(), 0, chunk))
          .isEqualTo(new Receipt.Accepted());
      assertThat(play.uploads.accept(rogue.name(), rogue.header(shareList, List.of(chunk))))
          .isEqualTo(new Receipt.Accepted());
    }
  }

  @Test
  void aForgedComplaintIsNotBelieved() {
    Federation federation = new Federation(4);
    Play play = new Play(federation, federation.manifest(3, ONE, new Weights.Equal()));
    federation.names().forEach(name -> play.inputs.put(name, Input.weighing(1).withExact("x", 1)));
    play.toUploads();
    byte[] forged =
        Signed.sign(
                new ComplaintStatement(
                    new Origin(play.manifest.digest(), play.manifest.digest(), 0),
                    1,
                    "ENVELOPE: no"),
                Signatures.ML_DSA,
                federation.key(federation.name(2)))
            .encoded();
    assertThat(play.uploads.accept(federation.name(0), forged))
        .isInstanceOf(Receipt.Rejected.class);
    assertThat(play.uploads.awaited()).contains(federation.name(0));
  }
}
