package dev.caisson.client;

import java.util.LinkedHashSet;
import java.util.Set;

/// Which refusals of which studies the ledger has, so that a study that is offered at every
/// connection is not noted each time. Knows the newest [#MOST]; nothing over restarts. No more than
/// [#MOST_AN_HOUR] are new: a coordinator can make up studies without end. Thread-safe.
final class Told {
  static final int MOST = 1024;
  static final int MOST_AN_HOUR = 256;

  private final Set<Refusal> refusals = new LinkedHashSet<>();
  private final Turns turns;

  Told() {
    this(MOST_AN_HOUR);
  }

  Told(int anHour) {
    this.turns = new Turns(anHour, System.nanoTime());
  }

  private record Refusal(String study, String reason) {}

  /// Whether this is heard for the first time, and is to be noted.
  synchronized boolean isNew(String study, String reason) {
    Refusal refusal = new Refusal(study, reason);
    if (refusals.contains(refusal) || !turns.take(System.nanoTime())) {
      return false;
    }
    refusals.add(refusal);
    if (refusals.size() > MOST) {
      refusals.remove(refusals.iterator().next());
    }
    return true;
  }
}
