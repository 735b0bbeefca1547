package dev.caisson.client.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.Made;
import dev.caisson.protocol.study.StudyPlan;
import org.junit.jupiter.api.Test;

final class LocalStudyTest {
  private static final int LONGEST = 1 << 30;

  @Test
  void theLongestModelThatIsSummedIsNotTooLongForFedAvg() {
    assertThat(LocalStudy.tooLong(Made.plan(), LONGEST, 0)).isEmpty();
  }

  /// Three vectors of 2^30 numbers are no array.
  @Test
  void statesThatFitNoArrayAreRefused() {
    StudyPlan adam = plan("{name: fedadam, server-learning-rate: 0.01}");
    assertThat(LocalStudy.tooLong(adam, LONGEST / 3 * 2 - 8, 0)).isEmpty();
    assertThat(LocalStudy.tooLong(adam, LONGEST, 0))
        .hasValueSatisfying(
            words -> assertThat(words).startsWith("strategy 'fedadam' would make states of 3221"));
  }

  @Test
  void moreThanASiteCanCarryIsRefused() {
    StudyPlan scaffold = plan("{name: scaffold, local-steps: 20}");
    int most = LocalStudy.MOST_CARRIED;
    assertThat(LocalStudy.tooLong(scaffold, most, 0)).isEmpty();
    assertThat(LocalStudy.tooLong(scaffold, most, 1))
        .hasValueSatisfying(words -> assertThat(words).contains("would carry 134217729 numbers"));
    assertThat(LocalStudy.tooLong(Made.plan(), LONGEST / 2, most + 1)).isPresent();
  }

  private static StudyPlan plan(String strategy) {
    return Made.plan(
        "weights: {mode: fixed-denominator, maximum: 500, denominator: 300}",
        "weights: {mode: equal}",
        "training:",
        "strategy: %s\ntraining:".formatted(strategy));
  }
}
