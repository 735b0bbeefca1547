package dev.caisson.cli.chaos;

import dev.caisson.cli.log.Logging;
import dev.caisson.cli.process.Lifeline;
import dev.caisson.cli.process.Ready;
import dev.caisson.client.SiteAgent;
import dev.caisson.protocol.operations.HomeLock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `caisson site run` with the [ToyEngine] and, if wanted, a clock that is wrong.
@Command(name = "toy-site")
final class ToySite implements Callable<Integer> {
  @Mixin private final Lifeline lifeline = new Lifeline();

  @Option(names = "--home", required = true)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path home;

  @Option(names = "--clock-minutes", defaultValue = "0")
  private int clockMinutes;

  public static void main(String[] args) {
    Logging.prepare();
    System.exit(new CommandLine(new ToySite()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    lifeline.hold();
    Logging.toFile(home.resolve("site-events.log"));
    Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(clockMinutes));
    try (HomeLock _ = HomeLock.take(home)) {
      SiteAgent agent = SiteAgent.open(home, _ -> new ToyEngine(), clock);
      Ready.announce("{\"site\": \"%s\"}".formatted(agent.name()));
      agent.run();
      return 0;
    }
  }
}
