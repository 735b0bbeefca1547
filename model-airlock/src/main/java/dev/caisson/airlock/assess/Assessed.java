package dev.caisson.airlock.assess;

import dev.caisson.airlock.dossier.Dossier;
import java.util.List;
import java.util.Optional;

/// What comes of an assessment.
///
/// @param dossier the full one, which stays inside
/// @param model the bytes that were tested, where they are ONNX and nothing blocks; they and no
///   others may be released
/// @param feedback what the researcher may be told: the verdict and which categories failed, no
///   figure
@SuppressWarnings("ArrayRecordComponent") // held by reference, written once
public record Assessed(Dossier dossier, Optional<byte[]> model, List<String> feedback) {
  public Assessed {
    feedback = List.copyOf(feedback);
  }

  @Override
  public String toString() {
    return "Assessed[%s, %s]".formatted(dossier.candidate(), dossier.verdict());
  }
}
