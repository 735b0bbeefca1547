package dev.caisson.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ToldTest {
  @Test
  void aRefusalIsNewOncePerStudyAndReason() {
    Told told = new Told();
    assertThat(told.isNew("s-1", "too large")).isTrue();
    assertThat(told.isNew("s-1", "too large")).isFalse();
    assertThat(told.isNew("s-1", "no device")).isTrue();
    assertThat(told.isNew("s-2", "too large")).isTrue();
  }

  @Test
  void theOldestIsForgottenAndNoMoreThanTheMostAreKept() {
    Told told = new Told(10 * Told.MOST);
    for (int i = 0; i <= Told.MOST; i++) {
      assertThat(told.isNew("s-" + i, "no")).isTrue();
    }
    assertThat(told.isNew("s-" + Told.MOST, "no")).isFalse();
    assertThat(told.isNew("s-0", "no")).isTrue();
  }

  /// Of studies that a coordinator makes up.
  @Test
  void soManyAnHourAreToldAndNoMore() {
    Told told = new Told(3);
    for (int i = 0; i < 3; i++) {
      assertThat(told.isNew("s-" + i, "no")).isTrue();
    }
    assertThat(told.isNew("s-3", "no")).isFalse();
    assertThat(told.isNew("s-0", "no")).as("as before").isFalse();
  }
}
