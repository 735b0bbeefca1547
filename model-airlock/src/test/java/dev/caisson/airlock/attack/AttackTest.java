package dev.caisson.airlock.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AttackTest {
  @Test
  void logOddsAreThoseOfTheSoftmax() {
    Random random = new Random(1);
    float[] logits = new float[5 * 40];
    float[] labels = new float[40];
    for (int i = 0; i < 40; i++) {
      labels[i] = random.nextInt(5);
      for (int k = 0; k < 5; k++) {
        logits[5 * i + k] = (float) random.nextGaussian();
      }
    }
    Predictions predictions = new Predictions(Task.MULTICLASS, 5, logits, labels);
    for (int i = 0; i < 40; i++) {
      double sum = 0;
      for (int k = 0; k < 5; k++) {
        sum += Math.exp(logits[5 * i + k]);
      }
      double p = Math.exp(logits[5 * i + (int) labels[i]]) / sum;
      // exp and log of moderate numbers: a few units in the last place
      assertThat(predictions.logOdds(i)).isCloseTo(Math.log(p) - Math.log(1 - p), within(1e-12));
      assertThat(predictions.loss(i)).isCloseTo(-Math.log(p), within(1e-12));
    }
  }

  @Test
  void oneLogitMeansTheSameAsTwo() {
    float[] one = {0.3f, -2, 5};
    float[] two = {0, 0.3f, 0, -2, 0, 5};
    float[] labels = {1, 0, 0};
    Predictions binary = new Predictions(Task.BINARY, 1, one, labels);
    Predictions pair = new Predictions(Task.MULTICLASS, 2, two, labels);
    for (int i = 0; i < 3; i++) {
      assertThat(binary.logOdds(i)).isCloseTo(pair.logOdds(i), within(1e-12));
      assertThat(binary.correct(i)).isEqualTo(pair.correct(i));
    }
  }

  @Test
  void confidentModelsDoNotSaturate() {
    float[] logits = {900, -900, 800, 0, 0, 899};
    Predictions predictions = new Predictions(Task.MULTICLASS, 3, logits, new float[] {0, 2});
    assertThat(predictions.logOdds(0)).isEqualTo(100);
    assertThat(predictions.logOdds(1)).isCloseTo(899 - Math.log(2), within(1e-9));
    assertThat(predictions.loss(1)).isGreaterThanOrEqualTo(0).isLessThan(1e-300);
  }

  @Test
  void lossOrdersRegressionByError() {
    Predictions predictions =
        new Predictions(Task.REGRESSION, 1, new float[] {1, 4, 9}, new float[] {1, 2, 10});
    assertThat(new LossAttack().scores(predictions)).containsExactly(0, -2, -0.5);
    assertThat(new GapAttack().refuses(Setting.ofOutputs(Task.REGRESSION, 10))).isPresent();
  }

  @Test
  void gapScoresWhoIsRight() {
    Predictions predictions =
        new Predictions(Task.BINARY, 1, new float[] {2, 2, -1, 0}, new float[] {1, 0, 0, 1});
    assertThat(new GapAttack().scores(predictions)).containsExactly(1, 0, 1, 0);
  }

  @Test
  void refusesOutputsThatNoAttackCanScore() {
    assertThatExceptionOfType(UnusableOutputException.class)
        .isThrownBy(
            () -> new Predictions(Task.BINARY, 1, new float[] {1, Float.NaN}, new float[] {1, 0}))
        .withMessageContaining("output 0");
  }

  @Test
  void refusesLabelsOutsideTheTask() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Predictions(Task.BINARY, 1, new float[] {1}, new float[] {2}))
        .withMessageContaining("label of row 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Predictions(Task.MULTICLASS, 3, new float[] {1, 2}, new float[] {0}));
  }
}
