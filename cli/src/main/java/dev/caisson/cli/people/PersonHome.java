package dev.caisson.cli.people;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.protocol.tls.Role;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Who gives a command.
final class PersonHome {
  @Option(
      names = "--as",
      required = true,
      paramLabel = "DIR",
      description =
          "Your home in the federation: your keys, and where coordinator and airlock are.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  /// The coordinator's studies, as this person; what each role may do there the coordinator
  /// decides.
  StudiesClient studies() throws CommandFailure, IOException {
    return new StudiesClient(studiesDesk());
  }

  /// The same home, for commands that last.
  Desk studiesDesk() throws CommandFailure, IOException {
    return Desk.open(home, Role.RESEARCHER, Role.ADMIN, Role.AUDITOR);
  }

  Path path() {
    return home;
  }
}
