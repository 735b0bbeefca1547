package dev.caisson.server.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WrongTokensTest {
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final WrongTokens wrong = new WrongTokens(() -> now);

  @Test
  void afterTenAnAddressWaitsAndRegainsOneEverySixSeconds() {
    for (int i = 0; i < 10; i++) {
      assertThat(wrong.mustWait("192.0.2.1")).as("%d shown", i).isFalse();
      wrong.shown("192.0.2.1");
    }
    assertThat(wrong.mustWait("192.0.2.1")).isTrue();
    now = now.plusSeconds(5);
    assertThat(wrong.mustWait("192.0.2.1")).isTrue();
    now = now.plusSeconds(1);
    assertThat(wrong.mustWait("192.0.2.1")).isFalse();
    wrong.shown("192.0.2.1");
    assertThat(wrong.mustWait("192.0.2.1")).isTrue();
    now = now.plusSeconds(60);
    for (int i = 0; i < 10; i++) {
      assertThat(wrong.mustWait("192.0.2.1")).isFalse();
      wrong.shown("192.0.2.1");
    }
    assertThat(wrong.mustWait("192.0.2.1")).isTrue();
  }

  @Test
  void anIpv6NetworkIsOneAddress() {
    for (int i = 0; i < 10; i++) {
      wrong.shown("2001:db8:0:1::" + i);
    }
    assertThat(wrong.mustWait("2001:db8:0:1:ffff::7")).isTrue();
  }

  @Test
  void aClockThatGoesBackLocksNobodyOutForLonger() {
    for (int i = 0; i < 10; i++) {
      wrong.shown("192.0.2.1");
    }
    now = now.minusSeconds(3600);
    assertThat(wrong.mustWait("192.0.2.1")).isTrue();
    now = now.plusSeconds(3660);
    assertThat(wrong.mustWait("192.0.2.1")).isFalse();
  }
}
