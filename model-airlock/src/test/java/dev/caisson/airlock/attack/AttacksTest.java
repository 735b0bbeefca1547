package dev.caisson.airlock.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.statistics.Auc;
import dev.caisson.airlock.statistics.Figures;
import dev.caisson.airlock.statistics.HeldOut;
import dev.caisson.airlock.statistics.Trial;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every attack must keep: silent where there is nothing, heard where a model remembers.
class AttacksTest {
  static List<Attack> attacks() {
    return List.of(
        new LossAttack(),
        new GapAttack(),
        new QuantileAttack(),
        new WorstCaseAttack(),
        new LabelOnlyAttack(),
        new AttributeAttack(Simulated.CATEGORY));
  }

  /// 400 models that saw neither side, with people enough for the trees to learn from. If P(p <=
  /// alpha) <= alpha, more than 41 are significant at 5%, or more than 15 at 1%, with a chance
  /// under 1e-5 each: under 1.2e-4 for all six attacks.
  @ParameterizedTest
  @MethodSource("attacks")
  void exchangeableSidesAreRarelySignificant(Attack attack) {
    int atFive = 0;
    int atOne = 0;
    for (int run = 0; run < 400; run++) {
      Exhibit exhibit = Simulated.smooth(300, 240, 1_000 + run);
      double p = Auc.ofTrials(attack.attack(exhibit, run), run).p();
      atFive += p <= 0.05 ? 1 : 0;
      atOne += p <= 0.01 ? 1 : 0;
    }
    assertThat(atFive).isLessThanOrEqualTo(41);
    assertThat(atOne).isLessThanOrEqualTo(15);
  }

  /// A rule that knows the people it accuses shows in the tail before it shows in the AUC. With the
  /// threshold at the (a+1)-th of c choosing non-members, a stranger exceeds it with a chance of at
  /// most (a+1)/(c+1). The excess of one run has a deviation under .05 (c is 60 or more), the mean
  /// of 400 under .0025: 4.4 of them are exceeded with a chance under 1e-5 an attack.
  @ParameterizedTest
  @MethodSource("attacks")
  void strangersAreAccusedAsRarelyAsAskedFor(Attack attack) {
    double excess = 0;
    for (int run = 0; run < 400; run++) {
      Trial trial = attack.attack(Simulated.smooth(300, 240, 9_000 + run), run).getFirst();
      int choosing = (trial.nonMemberScores().length + 1) / 2;
      double bound = (Math.floor(0.1 * choosing) + 1) / (choosing + 1);
      excess += (HeldOut.of(trial, run).atFpr(0.1).tpr() - bound) / 400;
    }
    assertThat(excess).isLessThan(0.011);
  }

  /// The same by dealing anew who is a member of a model that remembers: exactly exchangeable,
  /// whatever the model. 200 deals: more than 25 at 5% with a chance under 1e-5.
  @ParameterizedTest
  @MethodSource("attacks")
  void shuffledMembershipIsRarelySignificant(Attack attack) {
    Exhibit remembered = Simulated.memoriser(80, 60, 5);
    int atFive = 0;
    for (int run = 0; run < 200; run++) {
      double p = Auc.ofTrials(attack.attack(remembered.shuffled(run), run), run).p();
      atFive += p <= 0.05 ? 1 : 0;
    }
    assertThat(atFive).isLessThanOrEqualTo(25);
  }

  /// Deterministic under its seeds, so it alarms never or always.
  @ParameterizedTest
  @MethodSource("attacks")
  void eachFindsAModelThatRemembers(Attack attack) {
    Exhibit remembered = Simulated.memoriser(600, 500, 6);
    List<Trial> trials = attack.attack(remembered, 1);
    Figures figures = Figures.of(trials, 1);
    assertThat(figures.auc().p()).isLessThan(0.001);
    assertThat(figures.auc().interval().lower()).isGreaterThan(0.5);
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void theSameSeedGivesTheSameFigures(Attack attack) {
    Exhibit exhibit = Simulated.memoriser(60, 60, 7);
    assertThat(Figures.of(attack.attack(exhibit, 3), 4))
        .isEqualTo(Figures.of(attack.attack(exhibit, 3), 4));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void noTrialScoresAPersonTwiceOrAcrossSides(Attack attack) {
    for (Trial trial : attack.attack(Simulated.smooth(60, 50, 8), 3)) {
      assertThat(trial.memberScores().length).isBetween(30, 60);
      assertThat(trial.nonMemberScores().length).isBetween(25, 50);
    }
  }

  @Test
  void saysWhatItCannotDo() {
    Setting bare = Setting.ofOutputs(Task.BINARY, 500);
    Setting regression = new Setting(Task.REGRESSION, 500, true, true);
    Setting few = new Setting(Task.BINARY, 39, true, true);
    Setting risk = new Setting(Task.RISK, 500, true, true);
    assertThat(new QuantileAttack().refuses(bare)).contains("needs the encoded input rows");
    assertThat(new QuantileAttack().refuses(few)).contains("needs 40 persons a side, there are 39");
    assertThat(new QuantileAttack().refuses(regression)).isEmpty();
    assertThat(new WorstCaseAttack().refuses(bare)).isEmpty();
    assertThat(new WorstCaseAttack().refuses(few)).isPresent();
    assertThat(new LabelOnlyAttack().refuses(new Setting(Task.BINARY, 500, true, false)))
        .contains("needs a model that can be asked about changed rows");
    assertThat(new LabelOnlyAttack().refuses(regression)).isPresent();
    assertThat(new AttributeAttack(Simulated.CATEGORY).refuses(regression)).isEmpty();
    assertThat(attacks())
        .allSatisfy(
            attack ->
                assertThat(attack.refuses(risk)).get().asString().startsWith("needs a person"));
  }
}
