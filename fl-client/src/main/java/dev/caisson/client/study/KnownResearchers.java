package dev.caisson.client.study;

import dev.caisson.protocol.study.SignedPlan;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Whose plans this site takes part in: the researchers whom its custodian has accepted, read anew
/// for each offer, so that a running agent follows `caisson site roster`. With sites and model
/// files fixed by the plan, this is what keeps a coordinator from asking the same question over
/// other cohorts, whose answers it could subtract.
public final class KnownResearchers {
  /// In a site's home.
  public static final String FILE = "researchers.roster";

  private final Path file;

  public KnownResearchers(Path file) {
    this.file = file;
  }

  /// Why this plan is nobody's that this site knows, in words for whoever submitted it; empty if it
  /// is signed as it should be.
  public Optional<String> objection(SignedPlan plan) throws IOException {
    Optional<Identity> researcher = roster().find(plan.researcher());
    if (researcher.isEmpty()) {
      return Optional.of(
          "this site does not know researcher '%s': its custodian accepts researchers with 'caisson site roster'"
              .formatted(plan.researcher()));
    }
    if (!plan.isSignedBy(researcher.get())) {
      return Optional.of(
          "the plan is not signed by researcher '%s' as this site knows them: where their keys are new, its custodian accepts them with 'caisson site roster'"
              .formatted(plan.researcher()));
    }
    return Optional.empty();
  }

  private Roster roster() throws IOException {
    if (Files.notExists(file)) {
      return new Roster(Map.of());
    }
    try {
      return Roster.read(file);
    } catch (MalformedException e) {
      throw new IOException(
          "%s; accept the researchers again with 'caisson site roster'".formatted(e.getMessage()),
          e);
    }
  }
}
