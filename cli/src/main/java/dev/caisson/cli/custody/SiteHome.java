package dev.caisson.cli.custody;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.client.ledger.PermitFolder;
import dev.caisson.client.ledger.RoundHistory;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.secagg.journal.Permit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The home of a site, and what these commands need of it.
final class SiteHome {
  @Option(names = "--home", required = true, paramLabel = "DIR", description = "The site's home.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path path;

  KeyFiles keys() throws IOException {
    return KeyFiles.load(path.resolve("keys"));
  }

  /// The rounds so far; an agent may be running.
  RoundHistory history() throws IOException, CommandFailure {
    if (!Files.isRegularFile(ledger())) {
      throw new CommandFailure(
          "%s is missing: this site has not run yet, or this is no site's home"
              .formatted(ledger()));
    }
    return RoundHistory.read(ledger());
  }

  /// Signs a permit by the site's key and leaves it for the agent.
  Path leave(Permit permit, KeyFiles keys) throws IOException {
    return new PermitFolder(
            PermitFolder.beside(ledger()), keys.self().name(), keys.identity().identity())
        .leave(permit, keys.identity());
  }

  private Path ledger() {
    return path.resolve("ledger.jsonl");
  }
}
