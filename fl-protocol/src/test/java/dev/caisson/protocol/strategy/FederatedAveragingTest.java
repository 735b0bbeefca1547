package dev.caisson.protocol.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class FederatedAveragingTest {
  @Test
  void addsTheMeanUpdate() {
    float[] state = {1, -2, 0};
    assertThat(FederatedAveraging.step(state, new double[] {0.5, 2, -0.25}))
        .containsExactly(1.5f, 0, -0.25f);
    assertThat(state).as("left as it was").containsExactly(1, -2, 0);
  }

  @Test
  void anUpdateTooSmallForAFloatChangesNothing() {
    assertThat(FederatedAveraging.step(new float[] {1}, new double[] {1e-9})).containsExactly(1);
  }

  @Test
  void refusesAStateThatWouldPoisonAllThatFollow() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e39, -1e39}) {
      assertThatExceptionOfType(ArithmeticException.class)
          .isThrownBy(() -> FederatedAveraging.step(new float[] {0, 0}, new double[] {0, bad}))
          .withMessage("value 1 of the next state is not finite");
    }
  }

  @Test
  void refusesAnUpdateOfAnotherModel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FederatedAveraging.step(new float[2], new double[3]))
        .withMessage("the state has 2 values, the update 3");
  }
}
