package dev.caisson.cli.bench;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.Lifeline;
import dev.caisson.cli.process.Ready;
import dev.caisson.client.SiteAgent;
import dev.caisson.dataset.BadTableException;
import dev.caisson.trust.MalformedException;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Real site agents without an engine, for [RoundsRun] to start: TLS, ledger, journal, masking,
/// upload and checks are those of `caisson site run`; see [BenchEngine] for what is not.
@Command(
    name = "rounds-sites",
    hidden = true,
    description = "Site agents that train nothing, for 'bench rounds'.")
final class RoundsSites implements Callable<Integer> {
  @Mixin private final Lifeline lifeline = new Lifeline();

  @Option(names = "--home", required = true)
  private List<Path> homes = List.of();

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    lifeline.hold();
    List<SiteAgent> agents = new ArrayList<>();
    for (Path home : homes) {
      agents.add(open(home));
    }
    CountDownLatch ended = new CountDownLatch(1);
    for (SiteAgent agent : agents) {
      Thread.ofPlatform().name(agent.name()).start(() -> serve(agent, ended));
    }
    Ready.announce("{\"sites\": %d}".formatted(agents.size()));
    ended.await(); // by itself none does
    throw new CommandFailure("a site agent has ended; the lines above say how");
  }

  private static void serve(SiteAgent agent, CountDownLatch ended) {
    try {
      agent.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  private static SiteAgent open(Path home) throws IOException, CommandFailure {
    BenchEngine engine = new BenchEngine(home.getFileName().toString().hashCode());
    try {
      return SiteAgent.open(home, _ -> engine, Clock.systemUTC());
    } catch (BadYamlException | BadTableException | MalformedException e) {
      throw new CommandFailure("%s: %s".formatted(home, e.getMessage()), e);
    }
  }
}
