package dev.caisson.airlock.release;

import dev.caisson.airlock.review.Decision;
import dev.caisson.airlock.review.SignedDecision;
import dev.caisson.airlock.review.Vote;
import dev.caisson.trust.MalformedException;
import java.util.Base64;
import java.util.List;

/// `decisions.json`: what each reviewer signed (public reasons; internal ones as salted digests)
/// with the signature in base64.
record DecisionsFile(String schema, List<Entry> decisions) {
  static final String SCHEMA = "caisson/decisions/v1";

  record Entry(Decision decision, String signature) {
    SignedDecision signed() throws MalformedException {
      try {
        return new SignedDecision(decision, Base64.getDecoder().decode(signature));
      } catch (IllegalArgumentException e) {
        throw new MalformedException("a signature is not base64", e);
      }
    }
  }

  DecisionsFile {
    decisions = List.copyOf(decisions);
    if (!schema.equals(SCHEMA)) {
      throw new IllegalArgumentException("decisions of schema '%s'".formatted(schema));
    }
  }

  static DecisionsFile of(List<Vote> votes) {
    return new DecisionsFile(
        SCHEMA,
        votes.stream()
            .map(
                vote ->
                    new Entry(
                        vote.signed().decision(),
                        Base64.getEncoder().encodeToString(vote.signed().signature())))
            .toList());
  }
}
