package dev.caisson.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SeldomTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void whatComesTooSoonIsLeftOut() {
    Seldom seldom = new Seldom(Duration.ofMinutes(1));
    long start = Long.MAX_VALUE - 5; // nanoTime may pass its end
    assertThat(seldom.isDue(start)).isTrue();
    assertThat(seldom.isDue(start + 59 * SECOND)).isFalse();
    assertThat(seldom.isDue(start + 60 * SECOND)).isTrue();
    assertThat(seldom.isDue(start + 61 * SECOND)).isFalse();
  }
}
