package dev.caisson.protocol.round;

import java.util.Locale;
import java.util.Optional;

/// Why a sum is taken. A site answers at most once per purpose and model state.
public enum Purpose {
  /// Train one round; the sum is the update and the metrics of the state it started from.
  TRAIN,
  /// Metrics of the final state only.
  EVALUATE,
  /// Score histograms and counts of the final state, for the airlock.
  AUDIT;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Purpose> ofLabel(String label) {
    for (Purpose purpose : values()) {
      if (purpose.label().equals(label)) {
        return Optional.of(purpose);
      }
    }
    return Optional.empty();
  }
}
