package dev.caisson.airlock.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.airlock.statistics.Trial;
import org.junit.jupiter.api.Test;

class ExhibitTest {
  @Test
  void rowsOfOnePersonBecomeOneScore() {
    Predictions rows =
        new Predictions(Task.BINARY, 1, new float[] {1, 3, 7, 5, 4}, new float[] {1, 1, 1, 0, 0});
    Exhibit exhibit = Exhibit.ofPersons(rows, 3, new int[] {2, 2, 0, 1, 1});
    Trial trial = new LossAttack().attack(exhibit, 1).getFirst();
    assertThat(trial.memberScores()).containsExactly(7, 2);
    assertThat(trial.nonMemberScores()).containsExactly(-4.5);
    assertThat(exhibit.setting()).isEqualTo(new Setting(Task.BINARY, 1, false, false));
  }

  @Test
  void likelihoodsOfOnePersonsIntervalsAddUp() {
    Predictions rows =
        new Predictions(Task.SURVIVAL, 1, new float[] {-1, -2, -4}, new float[] {0, 1, 0});
    Exhibit exhibit = Exhibit.ofPersons(rows, 2, new int[] {0, 0, 1});
    Trial trial = new LossAttack().attack(exhibit, 1).getFirst();
    assertThat(trial.memberScores()).containsExactly(-3);
    assertThat(trial.nonMemberScores()).containsExactly(-4);
  }

  @Test
  void discreteTimeLikelihoodIsThatOfSurvivingAndThenNot() {
    float[] logits = {0, (float) Math.log(0.25 / 0.75), 2};
    // hazards 1/2 and 1/4: the event in the second interval has 1/2 * 1/4
    // a float logit is off by 1e-7
    assertThat(DiscreteTime.logLikelihood(logits, 1, true))
        .isCloseTo(Math.log(0.125), within(1e-6));
    assertThat(DiscreteTime.logLikelihood(logits, 2, false))
        .isCloseTo(Math.log(0.375), within(1e-6));
    assertThat(DiscreteTime.logLikelihood(logits, 0, false)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiscreteTime.logLikelihood(logits, 3, true));
  }

  @Test
  void riskScoresAloneNeedAPerson() {
    Setting risk = new Setting(Task.RISK, 500, true, true);
    assertThat(new LossAttack().refuses(risk)).get().asString().startsWith("needs a person");
    assertThat(new GapAttack().refuses(risk)).get().asString().startsWith("needs a person");
  }

  @Test
  void votesOfTreesAreNeverCertain() {
    double floor = Predictions.floorOfTrees(100);
    Predictions votes =
        Predictions.ofProbabilities(
            Task.BINARY, 1, new float[] {1, 0, 0.25f, 1}, new float[] {1, 0, 1, 0}, floor);
    double most = Math.log(199); // .995 / .005
    assertThat(votes.signal(0)).isCloseTo(most, within(1e-12));
    assertThat(votes.signal(1)).isCloseTo(most, within(1e-12));
    assertThat(votes.signal(2)).isCloseTo(Math.log(1 / 3.0), within(1e-12));
    assertThat(votes.signal(3)).isCloseTo(-most, within(1e-12));
    assertThat(votes.correct(2)).isFalse();
    Predictions three =
        Predictions.ofProbabilities(
            Task.MULTICLASS, 3, new float[] {0.5f, 0.25f, 0.25f}, new float[] {1}, floor);
    assertThat(three.signal(0)).isCloseTo(Math.log(1 / 3.0), within(1e-12));
    assertThat(three.correct(0)).isFalse();
  }

  @Test
  void refusesOutputsThatAreNoProbabilities() {
    assertThatExceptionOfType(UnusableOutputException.class)
        .isThrownBy(() -> three(0.5f, 0.6f, 0.2f))
        .withMessageContaining("add up to");
    assertThatExceptionOfType(UnusableOutputException.class)
        .isThrownBy(() -> three(1.5f, -0.5f, 0))
        .withMessageContaining("no probability");
  }

  private static void three(float... probabilities) {
    Predictions.ofProbabilities(Task.MULTICLASS, 3, probabilities, new float[] {1}, 0.01);
  }

  @Test
  void refusesAModelThatSaysTheSameOfEverybody() {
    Predictions constant =
        new Predictions(Task.BINARY, 1, new float[] {2, 2, 2}, new float[] {1, 0, 1});
    assertThatExceptionOfType(UnusableOutputException.class)
        .isThrownBy(() -> Exhibit.ofRows(constant, 1))
        .withMessageContaining("the same of all 3 rows");
  }

  @Test
  void refusesAPersonOnBothSides() {
    assertThatExceptionOfType(SharedPersonException.class)
        .isThrownBy(() -> Exhibit.ofPersons(four(), 2, new int[] {0, 1, 1, 2}))
        .withMessage("needs a person: 1 person is among both the members and the non-members");
  }

  @Test
  void refusesPersonsWithoutRows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Exhibit.ofPersons(four(), 2, new int[] {0, 1, 3, 3}))
        .withMessageContaining("person 2 has no row");
  }

  @Test
  void shufflingKeepsTheSizesOfBothSides() {
    Exhibit shuffled = Exhibit.ofRows(four(), 1).shuffled(4);
    assertThat(shuffled.side(true)).hasSize(1);
    assertThat(shuffled.side(false)).hasSize(3);
  }

  private static Predictions four() {
    return new Predictions(Task.BINARY, 1, new float[] {2, 1, 0, -1}, new float[] {1, 0, 1, 0});
  }
}
