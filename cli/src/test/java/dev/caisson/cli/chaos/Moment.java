package dev.caisson.cli.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/// A site has reached a boundary.
///
/// @param attempt the study's how manyeth training round, those without a sum counted too; 0 where
///   it is none
record Moment(String site, Boundary boundary, int attempt) {
  private static final String TRAINING = "train-";

  /// The moment that a line of a site's ledger tells of. Rounds that do not train are passed over.
  static Optional<Moment> of(String site, JsonNode line) {
    String round = line.path("round").asText();
    return Boundary.of(line)
        .filter(boundary -> !boundary.isOfRounds() || round.startsWith(TRAINING))
        .map(
            boundary ->
                new Moment(
                    site,
                    boundary,
                    boundary.isOfRounds()
                        ? Integer.parseInt(round.substring(TRAINING.length()))
                        : 0));
  }
}
