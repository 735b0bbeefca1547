package dev.caisson.airlock.rows;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnBoundsTest {
  private static final double TOLERANCE = 5e-4;
  private static final double FLOOR = 2;

  private final ColumnBounds bounds = new ColumnBounds(2);

  ColumnBoundsTest() {
    bounds.include(new double[] {-100, 0}, FLOOR);
    bounds.include(new double[] {100, 0}, 1);
    bounds.widen(TOLERANCE);
  }

  @Test
  void whatIsWithinToleranceOfARunIsHeld() {
    assertThat(bounds.hold(new double[] {-100 * (1 + TOLERANCE), FLOOR * TOLERANCE})).isTrue();
    assertThat(bounds.hold(new double[] {100 * (1 + TOLERANCE), -FLOOR * TOLERANCE})).isTrue();
    assertThat(bounds.hold(new double[] {Double.NaN, 0})).isTrue();
  }

  @Test
  void whatIsFartherFromAllRunsInSomeColumnIsNot() {
    assertThat(bounds.hold(new double[] {100.06, 0})).isFalse();
    assertThat(bounds.hold(new double[] {-100.06, 0})).isFalse();
    assertThat(bounds.hold(new double[] {0, 0.0011})).isFalse();
    assertThat(bounds.hold(new double[] {0, Double.POSITIVE_INFINITY})).isFalse();
  }
}
