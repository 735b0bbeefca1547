package dev.caisson.airlock.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/// The one-run audit and the exposure beyond their golden values.
class PlantedTest {
  @Test
  void coinsThatWereHalfGuessedRefuteNothing() {
    assertThat(new OneRunAudit(1000, 100, 50, 0).epsilon()).isZero();
  }

  @Test
  void epsilonIsWhereTheChanceIsFivePercent() {
    OneRunAudit audit = new OneRunAudit(1000, 200, 180, 1e-6);
    assertThat(audit.p(audit.epsilon())).isCloseTo(0.05, within(1e-8));
  }

  @Test
  void refusesImpossibleGuesses() {
    assertThatIllegalArgumentException().isThrownBy(() -> new OneRunAudit(10, 11, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new OneRunAudit(10, 5, 6, 0));
  }

  @Test
  void exposureIsWithinItsRangeAndTiesCountAgainstIt() {
    assertThat(Exposure.of(9, 1, 2, 3, 4)).isZero();
    assertThat(Exposure.of(1, 1, 2, 3, 4)).isEqualTo(1);
    assertThat(Exposure.of(0, 1, 2, 3, 4)).isEqualTo(2);
  }
}
