package dev.caisson.cli.people;

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

  Path path() {
    return home;
  }
}
