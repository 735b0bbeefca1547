package dev.caisson.client;

import java.util.LinkedHashSet;
import java.util.Set;

/// Which refusals of which studies the ledger has, so that a study that is offered at every
/// connection is not noted each time. Knows the newest [#MOST]; nothing over restarts. Thread-safe.
final class Told {
  static final int MOST = 1024;

  private final Set<Refusal> refusals = new LinkedHashSet<>();

  private record Refusal(String study, String reason) {}

  /// Whether this is heard for the first time.
  synchronized boolean isNew(String study, String reason) {
    boolean isNew = refusals.add(new Refusal(study, reason));
    if (refusals.size() > MOST) {
      refusals.remove(refusals.iterator().next());
    }
    return isNew;
  }
}
