package dev.caisson.client;

import java.time.Duration;

/// Says whether something that others can bring about as often as they like is due again: at most
/// once in this time, whatever comes between is left out. Thread-safe.
final class Seldom {
  private final Duration pause;
  private boolean any;
  private long last;

  Seldom(Duration pause) {
    this.pause = pause;
  }

  /// Whether it is; if so, not again before the pause is over.
  synchronized boolean isDue() {
    return isDue(System.nanoTime());
  }

  /// The same at this time (`System.nanoTime`).
  synchronized boolean isDue(long now) {
    if (any && now - last < pause.toNanos()) {
      return false;
    }
    any = true;
    last = now;
    return true;
  }
}
