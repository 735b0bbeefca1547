package dev.caisson.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.study.StudyPlan;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OpeningsTest {
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final StudyPlan PLAN = Made.plan();

  private final Openings openings = new Openings();
  private final int most = Openings.most(PLAN);

  private int taken(long now) {
    int taken = 0;
    while (openings.take(PLAN, now)) {
      taken++;
    }
    return taken;
  }

  @Test
  void aPlanHasAllItsAttemptsAtOnceAndThenWaits() {
    assertThat(most).isGreaterThanOrEqualTo(5 * (PLAN.rounds() + 2));
    assertThat(taken(7)).isEqualTo(most);
    assertThat(taken(7 + HOUR / 2)).isBetween(most / 2 - 1, most / 2 + 1);
    assertThat(taken(7 + 9 * HOUR)).as("never more than an hour's").isEqualTo(most);
  }

  /// `System.nanoTime` may begin anywhere and overflow.
  @Test
  void aClockThatOverflowsGivesNothingAway() {
    long late = Long.MAX_VALUE - HOUR / 4;
    assertThat(taken(late)).isEqualTo(most);
    assertThat(taken(late + HOUR / 2)).isBetween(most / 2 - 1, most / 2 + 1);
  }
}
