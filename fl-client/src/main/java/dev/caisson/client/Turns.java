package dev.caisson.client;

import java.time.Duration;

/// So many in an hour, and no more: all at once or one by one. Thread-safe.
final class Turns {
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private final int most;
  private double left;
  private long at;

  /// @param now `System.nanoTime`, here and below
  Turns(int most, long now) {
    this.most = most;
    this.left = most;
    this.at = now;
  }

  /// Takes a turn; false if there is none, and then nothing is taken.
  synchronized boolean take(long now) {
    left = Math.min(most, left + (now - at) * ((double) most / HOUR));
    at = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
