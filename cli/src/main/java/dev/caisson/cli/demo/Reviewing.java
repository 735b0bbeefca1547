package dev.caisson.cli.demo;

import dev.caisson.airlock.dossier.Dossier;
import dev.caisson.airlock.release.BundleVerifier;
import dev.caisson.airlock.release.Trust;
import dev.caisson.airlock.release.Verification;
import dev.caisson.airlock.review.InternalReason;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.AirlockClient;
import dev.caisson.cli.people.Desk;
import dev.caisson.protocol.tls.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// The reviewers' part, played with two reviewers' keys: read the dossier, decide twice, and check
/// the bundle that comes out with the airlock's own key.
final class Reviewing {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int SALT = 32;

  private final Federation federation;
  private final Processes processes;
  private final Consumer<String> say;

  Reviewing(Federation federation, Processes processes, Consumer<String> say) {
    this.federation = federation;
    this.processes = processes;
    this.say = say;
  }

  /// A released model.
  record Released(Dossier dossier, Path dossierPage, Path bundle) {}

  /// Takes one candidate through to its release, which is fetched by the researcher.
  Released release(String candidate, Path folder)
      throws CommandFailure, IOException, InterruptedException {
    awaitCandidate(candidate);
    Path page = folder.resolve("dossier").resolve("dossier.html");
    Dossier dossier = null;
    for (String reviewer : Federation.reviewers()) {
      try (AirlockClient airlock =
          new AirlockClient(Desk.open(federation.person(reviewer), Role.REVIEWER))) {
        AirlockClient.Case read = airlock.dossier(candidate);
        dossier = read.dossier();
        Files.createDirectories(page.resolveSibling("."));
        Files.write(page, read.html());
        Files.write(page.resolveSibling("dossier.json"), dossier.json());
        AirlockClient.Decided decided =
            airlock.decide(
                read,
                true,
                "Demonstration: approved by the demo itself, which plays both reviewers.",
                internalReason(),
                Instant.now());
        if (!decided.counted()) {
          throw new CommandFailure("the airlock does not count the decision: " + decided.text());
        }
        say.accept("%s approves: %s".formatted(reviewer, decided.text()));
      }
    }
    if (dossier == null) {
      throw new IllegalStateException("there are two reviewers");
    }
    return new Released(dossier, page, fetch(candidate, folder));
  }

  private Path fetch(String candidate, Path folder) throws CommandFailure, IOException {
    Path bundle = Files.createDirectories(folder.resolve("release")).resolve(candidate);
    try (AirlockClient airlock =
        new AirlockClient(Desk.open(federation.researcher(), Role.RESEARCHER))) {
      airlock.fetch(candidate, bundle);
    }
    Verification checked =
        BundleVerifier.verify(bundle, new Trust.Key(federation.identity("airlock")));
    if (checked instanceof Verification.Failed failed) {
      throw new CommandFailure("the bundle does not verify: %s".formatted(failed.problems()));
    }
    return bundle;
  }

  private void awaitCandidate(String candidate)
      throws CommandFailure, IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    try (AirlockClient airlock =
        new AirlockClient(
            Desk.open(federation.person(Federation.reviewers().getFirst()), Role.REVIEWER))) {
      while (airlock.list().stream().noneMatch(c -> c.candidate().equals(candidate))) {
        Optional<String> failure = processes.failure();
        if (failure.isPresent()) {
          throw new CommandFailure(failure.get());
        }
        if (Instant.now().isAfter(end)) {
          throw new CommandFailure(
              "the airlock has no dossier of '%s' after %d s: its log %s says why"
                  .formatted(
                      candidate,
                      PATIENCE.toSeconds(),
                      federation.airlock().resolve("airlock-events.log")));
        }
        Thread.sleep(TICK);
      }
    }
  }

  private static InternalReason internalReason() {
    byte[] salt = new byte[SALT];
    new SecureRandom().nextBytes(salt);
    return new InternalReason("Demonstration only.", salt);
  }
}
