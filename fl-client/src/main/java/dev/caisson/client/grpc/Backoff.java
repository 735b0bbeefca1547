package dev.caisson.client.grpc;

import java.security.SecureRandom;
import java.time.Duration;

/// Pauses between attempts: each twice as long as the one before up to 15 s, and each shortened by
/// chance to between half and all of that, so that many sites that were cut off together do not
/// come back together. One thread at a time.
public final class Backoff {
  private static final long FIRST_MILLIS = 250;
  private static final long LONGEST_MILLIS = 15_000;

  private final SecureRandom random;
  private long next = FIRST_MILLIS;
  private int attempts;

  public Backoff(SecureRandom random) {
    this.random = random;
  }

  /// The pause before the next attempt.
  public Duration next() {
    long millis = next / 2 + random.nextLong(next / 2 + 1);
    next = Math.min(2 * next, LONGEST_MILLIS);
    attempts++;
    return Duration.ofMillis(millis);
  }

  /// Attempts since the last success.
  public int attempts() {
    return attempts;
  }

  /// It worked.
  public void reset() {
    next = FIRST_MILLIS;
    attempts = 0;
  }
}
