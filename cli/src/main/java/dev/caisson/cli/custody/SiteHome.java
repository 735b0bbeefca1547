package dev.caisson.cli.custody;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.client.ledger.PermitFolder;
import dev.caisson.client.ledger.RoundHistory;
import dev.caisson.client.ledger.RoundRecords;
import dev.caisson.client.ledger.SumReplay;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

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

  /// Checks sums again from what the site keeps.
  SumReplay replay() throws IOException, MalformedException {
    return new SumReplay(
        new RoundRecords(ledger()),
        Roster.read(path.resolve("federation.roster")),
        Identity.read(path.resolve("coordinator.identity")));
  }

  /// Permits that the agent has not taken in yet.
  List<Permit> waiting() throws IOException {
    return permits(keys()).waiting();
  }

  /// Signs a permit by the site's key and leaves it for the agent.
  Path leave(Permit permit, KeyFiles keys) throws IOException {
    return permits(keys).leave(permit, keys.identity());
  }

  private PermitFolder permits(KeyFiles keys) {
    return new PermitFolder(
        PermitFolder.beside(ledger()), keys.self().name(), keys.identity().identity());
  }

  /// Refuses a permit's reason that is none as a wrong argument.
  static void checkReason(CommandSpec command, String text) {
    if (text.isBlank() || text.length() > 500) {
      throw new ParameterException(
          command.commandLine(), "--reason must have 1 to 500 characters: it stays in the ledger");
    }
  }

  private Path ledger() {
    return path.resolve("ledger.jsonl");
  }
}
