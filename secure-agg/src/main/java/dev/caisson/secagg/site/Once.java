package dev.caisson.secagg.site;

import java.util.concurrent.atomic.AtomicBoolean;

/// Lets a phase take its one step once.
final class Once {
  private final AtomicBoolean taken = new AtomicBoolean();

  void take() {
    if (!taken.compareAndSet(false, true)) {
      throw new IllegalStateException("this phase has taken its one step; go on with the next");
    }
  }
}
