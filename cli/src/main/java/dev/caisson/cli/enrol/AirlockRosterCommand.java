package dev.caisson.cli.enrol;

import dev.caisson.cli.answer.Answer;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.run.HostAndPort;
import dev.caisson.protocol.enrol.EnrolledRoster;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson airlock roster`.
@Command(
    name = "roster",
    description =
        "Fetch the identities of sites, researchers and reviewers and show them as words; with"
            + " --accept, write down what their holders confirmed. Reviewers above all: whoever is"
            + " on the list can let models out.")
public final class AirlockRosterCommand implements Callable<Integer> {
  @Mixin private final Answer answer = new Answer();

  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "The airlock's home.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Option(
      names = "--coordinator",
      required = true,
      paramLabel = "HOST:PORT",
      converter = HostAndPort.Converter.class,
      description = "Where the coordinator listens.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private HostAndPort coordinator;

  @Option(
      names = "--accept",
      paramLabel = "WORDS",
      description = "The 24 words of the whole list, or its digest.")
  private @Nullable String accept;

  @Override
  public Integer call() throws IOException, CommandFailure {
    KeyFiles keys = KeyFiles.load(home.resolve("keys"));
    RosterReview review =
        new RosterReview(
            home,
            EnrolledRoster.fetch(coordinator.host(), coordinator.port(), keys),
            new TreeMap<>(
                Map.of(
                    Role.SITE, "federation.roster",
                    Role.RESEARCHER, "researchers.roster",
                    Role.REVIEWER, "reviewers.roster")),
            "compare each one's words with what its holder says by telephone, and the coordinator's with"
                + " whoever runs it; if all are right");
    RosterAnswer said = new RosterAnswer(review, answer);
    if (accept == null) {
      said.shown();
    } else {
      said.accepted(accept, "accepted; an airlock that runs must be started again");
    }
    return 0;
  }
}
