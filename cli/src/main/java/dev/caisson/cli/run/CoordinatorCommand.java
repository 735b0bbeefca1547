package dev.caisson.cli.run;

import dev.caisson.cli.enrol.InitCommand;
import dev.caisson.cli.enrol.RevokeCommand;
import dev.caisson.cli.enrol.TokenCommand;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.Lifeline;
import dev.caisson.cli.process.Ready;
import dev.caisson.protocol.operations.Meters;
import dev.caisson.protocol.operations.Operations;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.server.Coordinator;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson coordinator`: the process that runs studies and sees only sums.
@Command(
    name = "coordinator",
    description =
        "Make and run a coordinator: members, studies, rounds and sums; no data, no releases.",
    subcommands = {
      InitCommand.class,
      TokenCommand.class,
      RevokeCommand.class,
      CoordinatorCommand.Run.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class CoordinatorCommand extends Group {

  /// `caisson coordinator run`.
  @Command(name = "run", description = "Start, and serve until stopped.")
  static final class Run implements Callable<Integer> {
    /// How long a round under way may take to end when the process is told to.
    private static final Duration DRAIN = Duration.ofSeconds(20);

    @Mixin private final Lifeline lifeline = new Lifeline();
    @Mixin private final Listening listening = new Listening();
    @Mixin private final Operating operating = new Operating();

    @Option(
        names = "--home",
        required = true,
        paramLabel = "DIR",
        description = "The coordinator's home: keys, rosters and everything that it keeps.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path home;

    @Option(
        names = "--patience",
        defaultValue = "120",
        paramLabel = "SECONDS",
        description =
            "How long a study waits for sites that are away; then it pauses, or fails if it has not"
                + " trained yet (default: ${DEFAULT-VALUE}).")
    private int patience;

    @Override
    public Integer call() throws IOException, CommandFailure, InterruptedException {
      lifeline.hold();
      StoredKeys keys = StoredKeys.load(home.resolve("keys"));
      operating.log(home.resolve("coordinator-events.log"));
      Coordinator coordinator =
          Coordinator.start(
              listening.address(), home, keys, sites(), Duration.ofSeconds(Math.max(1, patience)));
      Meters meters = new Meters();
      coordinator.measure(meters);
      Operations operations = operating.open(home, keys.now().self(), meters, coordinator::checks);
      Ready.announce(
          "{\"port\": %d%s}".formatted(coordinator.port(), Operating.inReady(operations)));
      return Serving.untilTheEnd(
          () -> {
            coordinator.drain(DRAIN);
            operations.close();
            coordinator.close();
          });
    }

    /// Sites that were not enrolled here; a home that `init` made needs none.
    private Roster sites() throws IOException, CommandFailure {
      Path file = home.resolve("federation.roster");
      try {
        return Files.exists(file) ? Roster.read(file) : new Roster(Map.of());
      } catch (MalformedException e) {
        throw new CommandFailure(String.valueOf(e.getMessage()), e);
      }
    }
  }
}
