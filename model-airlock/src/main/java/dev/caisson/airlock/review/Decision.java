package dev.caisson.airlock.review;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// One reviewer's answer about one model with one dossier at one attempt, in the form that is
/// signed and published: the internal reason stands in it as a salted digest only. `at` is in whole
/// seconds.
public record Decision(
    Digest model,
    Digest dossier,
    int attempt,
    String reviewer,
    Choice choice,
    String publicReason,
    Digest internalReason,
    Instant at) {

  private static final int MAX_REASON = 4000;

  public enum Choice {
    @JsonProperty("approve")
    APPROVE,
    @JsonProperty("refuse")
    REFUSE
  }

  public Decision {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempts count from 1, got " + attempt);
    }
    if (publicReason.length() > MAX_REASON) {
      throw new IllegalArgumentException(
          "a reason has at most %d characters".formatted(MAX_REASON));
    }
    at = at.truncatedTo(ChronoUnit.SECONDS);
  }

  /// The canonical encoding that the reviewer signs.
  public byte[] signedBytes() {
    return new FieldWriter("caisson/airlock/decision/v1")
        .digest(model)
        .digest(dossier)
        .number(attempt)
        .text(reviewer)
        .text(choice.name())
        .text(publicReason)
        .digest(internalReason)
        .number(at.getEpochSecond())
        .toBytes();
  }
}
