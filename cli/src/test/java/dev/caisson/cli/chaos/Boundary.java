package dev.caisson.cli.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/// The points of a study at which something is struck. All but the last are lines of a site's
/// ledger, which is written (and, but for the messages' own lines, synced) before what it announces
/// is sent.
enum Boundary {
  /// The site has looked at the study and is about to say that it takes part.
  ADMITTED,
  KEYS,
  SHARES,
  HEADER,
  /// The masked vector has left, in all its chunks.
  VECTOR,
  CONSENT,
  /// The answer, by which the site has spent the state.
  ANSWER,
  /// The site's part of the check of the sum.
  TAG,
  /// The sum is checked: the round is over for the site.
  CHECKED,
  /// The coordinator says that the study is trained.
  CANDIDATE;

  /// Which one a ledger's line is, if any.
  static Optional<Boundary> of(JsonNode line) {
    return switch (line.path("what").asText()) {
      case "admitted" -> Optional.of(ADMITTED);
      case "begun" -> Optional.of(KEYS);
      case "keyed" -> Optional.of(SHARES);
      case "uploaded" -> Optional.of(HEADER);
      case "consented" -> Optional.of(CONSENT);
      case "answered" -> Optional.of(ANSWER);
      case "checked" -> Optional.of(CHECKED);
      case "sent" ->
          switch (line.path("message").asText()) {
            case "masked vector" -> Optional.of(VECTOR);
            case "tag" -> Optional.of(TAG);
            default -> Optional.empty();
          };
      default -> Optional.empty();
    };
  }

  /// Whether it happens in each round.
  boolean isOfRounds() {
    return this != ADMITTED && this != CANDIDATE;
  }
}
