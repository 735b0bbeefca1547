package dev.caisson.secagg.coordinator;

import static dev.caisson.secagg.Refusals.assertAborted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Play;
import dev.caisson.secagg.RogueGame;
import dev.caisson.secagg.RogueSite.Lie;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.message.AnswerStatement;
import dev.caisson.secagg.message.AnswerStatement.Recovery;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Masks come off with what survivors reveal; a dealer whose shares rebuild another secret than it
/// committed to is named.
final class RecoveryTest {
  @Test
  void aSelfMaskOtherThanCommittedNamesItsDealer() throws Exception {
    RogueGame game = new RogueGame(4, 2, Lie.ANOTHER_SELF_MASK).toShares().masks().rogueUploads();
    game.play.toAnswers();
    assertThat(
            assertAborted(
                game.play.collectAnswers(),
                "site-002 dealt shares that do not rebuild its self-mask seed"))
        .containsExactly(wrongDealing(game, "self-mask seed"));
  }

  /// Each share opens its commitment, but they are not on one polynomial.
  @Test
  void sharesOffThePolynomialNameTheirDealer() throws Exception {
    RogueGame game =
        new RogueGame(4, 2, Lie.SHARES_OFF_THE_POLYNOMIAL).toShares().masks().rogueUploads();
    game.play.toAnswers();
    assertThat(assertAborted(game.play.collectAnswers(), "site-002 dealt shares"))
        .containsExactly(wrongDealing(game, "self-mask seed"));
  }

  /// It falls silent, and so does a survivor whose pair seed with it is then missing.
  @Test
  void aRootOtherThanItsKeysComeFromNamesItsDealer() throws Exception {
    for (Lie lie :
        List.of(Lie.ANOTHER_ROOT, Lie.UNDERIVED_MASK_CIPHERTEXT, Lie.SHARES_OFF_THE_POLYNOMIAL)) {
      RogueGame game = rogueIsLost(lie);
      game.play.silent.add(game.play.federation.name(4));
      assertThat(assertAborted(game.play.collectAnswers(), "site-001 dealt shares"))
          .as(lie.name())
          .containsExactly(wrongDealing(game, "root"));
    }
  }

  /// As long as all survivors answer, its root is not needed and the lie does no harm.
  @Test
  void aLiarThatIsNotNeededDoesNotSpoilTheSum() throws Exception {
    for (Lie lie : List.of(Lie.ANOTHER_ROOT, Lie.SHARES_OFF_THE_POLYNOMIAL)) {
      SumResult sum = rogueIsLost(lie).play.sum();
      assertThat(sum.aggregate().exactSum("x")).containsExactly(10 + 12 + 13 + 14);
      assertThat(sum.faults()).isEmpty();
    }
  }

  /// The lost site's root is rebuilt, its keys derived again; what the silent survivor confirmed is
  /// then no secret of its own.
  @Test
  void aSurvivorThatConfirmedAnotherSeedWithALostSiteIsNamed() throws Exception {
    RogueGame game = new RogueGame(5, 0, Lie.CONFIRMATIONS);
    game.rogue.victims.clear();
    game.rogue.victims.add(4);
    game.toShares().masks().rogueUploads();
    game.play.silent.add("site-004");
    game.play.toAnswers();
    List<Fault> faults =
        assertAborted(
            game.play.collectAnswers(), "site-000 masked with a pair seed that cannot be had");
    assertThat(faults)
        .containsExactly(
            new Fault(
                Rule.CONFIRMATION,
                "site-000",
                "confirmed another pair seed than its keys and site-004's give"));
  }

  /// Three answer, one of them with a wrong share of site-000's self-mask seed: two are too few.
  @Test
  void tooFewSharesThatOpenEndTheRoundAndNameTheLiar() throws Exception {
    RogueGame game = new RogueGame(4, 3, Lie.NONE).toShares().masks();
    game.play.toAnswers();
    AnswerStatement honest = answer(game, "site-001");
    List<Share> shares = new ArrayList<>(honest.selfShares());
    shares.set(0, Share.of(1, 2, 3, 4, 5));
    resigned(game, new AnswerStatement(honest.origin(), shares, honest.recoveries()));
    assertThat(
            assertAborted(
                game.play.collectAnswers(),
                "2 shares of site-000's self-mask seed opened, 3 are needed"))
        .extracting(Fault::rule, Fault::party)
        .containsExactly(tuple(Rule.SHARE_OPENS, "site-001"));
  }

  /// A pair seed is withheld, and so is a share of the root that it could be rebuilt from.
  @Test
  void aSeedThatCannotBeRebuiltEndsTheRoundAndNamesTheLiar() throws Exception {
    RogueGame game = new RogueGame(4, 3, Lie.NONE).toShares().masks();
    game.play.toAnswers();
    AnswerStatement honest = answer(game, "site-001");
    Recovery lie = new Recovery(Share.of(1, 2, 3, 4, 5), Secret.taking(new byte[32]));
    resigned(game, new AnswerStatement(honest.origin(), honest.selfShares(), List.of(lie)));
    assertThat(
            assertAborted(
                game.play.collectAnswers(), "2 shares of site-003's root opened, 3 are needed"))
        .extracting(Fault::party)
        .containsExactly("site-001");
  }

  private static AnswerStatement answer(RogueGame game, String site) throws Exception {
    return Signed.decode(Play.at(game.play.fromSites, site), AnswerStatement::decode).statement();
  }

  /// site-001 gives this answer in place of its own.
  private static void resigned(RogueGame game, AnswerStatement answer) {
    game.play.fromSites.remove("site-001");
    assertThat(
            game.play.answers.accept(
                "site-001",
                Signed.sign(
                        answer,
                        game.play.manifest.signatures(),
                        game.play.federation.key("site-001"))
                    .encoded()))
        .isInstanceOf(Receipt.Flawed.class);
  }

  /// Of five, site-001 lies and falls silent before it uploads; up to everybody's answers.
  private static RogueGame rogueIsLost(Lie lie) throws Exception {
    RogueGame game = new RogueGame(5, 1, lie).toShares().masks();
    assertThat(game.play.left.keySet()).isEqualTo(Set.of());
    game.play.toAnswers();
    return game;
  }

  private static Fault wrongDealing(RogueGame game, String secret) {
    return new Fault(
        Rule.DEALT_SECRET,
        game.rogue.name(),
        "dealt shares of another %s than it committed to".formatted(secret));
  }
}
