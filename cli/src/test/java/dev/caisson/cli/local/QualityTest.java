package dev.caisson.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.runtime.train.Loss;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Expected values by hand; 1e-6 leaves room for floats on the way in.
final class QualityTest {
  @Test
  void binaryCountsTiesHalf() {
    Quality quality =
        Quality.of(
            Loss.BINARY_CROSS_ENTROPY,
            new float[] {-1, 0.5f, 0.5f, 2},
            1,
            new float[] {0, 1, 0, 1});
    // pairs (1, 0): 0.5 > -1, 0.5 = 0.5, 2 > -1, 2 > 0.5: 3.5 of 4
    assertThat(quality.figures()).isEqualTo(Map.of("AUC", 0.875, "accuracy", 0.75));
    // ln(1 + e^-1) + ln(1 + e^-0.5) + ln(1 + e^0.5) + ln(1 + e^-2), over 4
    assertThat(quality.loss())
        .isCloseTo((0.3132617 + 0.4740770 + 0.9740770 + 0.1269280) / 4, within(1e-6));
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    assertThat(Quality.of(Loss.BINARY_CROSS_ENTROPY, new float[] {1e4f}, 1, new float[] {0}).loss())
        .isEqualTo(1e4);
    assertThat(
            Quality.of(Loss.SOFTMAX_CROSS_ENTROPY, new float[] {1e4f, 0}, 2, new float[] {1})
                .loss())
        .isEqualTo(1e4);
  }

  @Test
  void oneClassAloneHasNoAuc() {
    Quality quality =
        Quality.of(Loss.BINARY_CROSS_ENTROPY, new float[] {1, 2}, 1, new float[] {1, 1});
    assertThat(quality.figures().get("AUC")).isNaN();
    assertThat(quality).asString().contains("AUC -");
  }

  @Test
  void classesAreJudgedByTheHighestLogit() {
    Quality quality =
        Quality.of(
            Loss.SOFTMAX_CROSS_ENTROPY, new float[] {0, 0, 1, 3, 2, 1}, 3, new float[] {2, 1});
    assertThat(quality.figures()).isEqualTo(Map.of("accuracy", 0.5));
    // ln(1 + 1 + e) - 1 and ln(e^3 + e^2 + e) - 2, over 2
    assertThat(quality.loss()).isCloseTo((0.5514447 + 1.4076059) / 2, within(1e-6));
  }

  @Test
  void numbersGetRootOfMeanSquareAndShareOfVariance() {
    float[] outputs = {1, 2, 6};
    float[] labels = {1, 3, 3};
    Quality squared = Quality.of(Loss.MEAN_SQUARED_ERROR, outputs, 1, labels);
    assertThat(squared.loss()).isCloseTo(10.0 / 3, within(1e-6)); // 0 + 1 + 9
    assertThat(squared.figures().get("RMSE")).isCloseTo(Math.sqrt(10.0 / 3), within(1e-6));
    assertThat(squared.figures().get("R2")).isCloseTo(1 - 10 / (8.0 / 3), within(1e-6));
    assertThat(Quality.of(Loss.HUBER, outputs, 1, labels).loss()) // 0 + 0.5 + 2.5
        .isCloseTo(1, within(1e-6));
  }

  @Test
  void outputsThatAreNotFiniteJudgeNothing() {
    Quality quality =
        Quality.of(Loss.BINARY_CROSS_ENTROPY, new float[] {Float.NaN}, 1, new float[] {1});
    assertThat(quality).hasToString("loss -  AUC -  accuracy -");
  }
}
