package dev.caisson.airlock.dossier;

import dev.caisson.trust.Digest;
import org.jspecify.annotations.Nullable;

/// Where a model and what is said of it come from: how a federation trained it, or how it was
/// assessed with its rows at hand; at least one of the two.
public record Provenance(@Nullable Training training, @Nullable Assessment assessment) {
  public Provenance {
    if (training == null && assessment == null) {
      throw new IllegalArgumentException("a model was trained or assessed somewhere");
    }
    if (training != null
        && assessment != null
        && !training.finalModel().equals(assessment.assessed())) {
      throw new IllegalArgumentException(
          "one model was trained, another assessed: %s, %s"
              .formatted(training.finalModel(), assessment.assessed()));
    }
  }

  public static Provenance of(Training training) {
    return new Provenance(training, null);
  }

  public static Provenance of(Assessment assessment) {
    return new Provenance(null, assessment);
  }

  /// Whether this is of exactly these bytes.
  boolean isOf(Digest model) {
    return (training == null || training.finalModel().equals(model))
        && (assessment == null || assessment.assessed().equals(model));
  }

  /// What may leave with the model.
  Provenance forPublic() {
    return new Provenance(training, assessment == null ? null : assessment.forPublic());
  }
}
