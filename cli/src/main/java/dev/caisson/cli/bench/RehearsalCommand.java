package dev.caisson.cli.bench;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.people.Desk;
import dev.caisson.cli.progress.Progress;
import dev.caisson.client.SiteAgent;
import dev.caisson.dataset.BadTableException;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.server.Coordinator;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// A coordinator, three sites and a researcher go through a few rounds in this one process, so that
/// the JVM that records it for the start cache (ADR 25) sees what each of them loads and calls.
/// Nothing trains, nothing is measured, and nothing is reached but loopback.
@Command(
    name = "rehearsal",
    hidden = true,
    description = "Rounds in one process, for the build to record.")
final class RehearsalCommand implements Callable<Integer> {
  private static final int SITES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Enough that what a round calls has a profile, few enough that a build can wait for it.
  private static final int ROUNDS = 6;

  /// Small, yet several blocks long, so that vectors go in pieces as a large model's do.
  private static final double MEGABYTES = 0.3;

  private static final int HEAP = 256; // of processes that are not started

  @Option(names = "--folder", required = true, paramLabel = "DIR", description = "New, or empty.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path folder;

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    RoundsSettings settings = new RoundsSettings(SITES, MEGABYTES, ROUNDS, SITES, HEAP, HEAP, 1);
    RoundsFederation federation =
        RoundsFederation.create(folder.toAbsolutePath().normalize(), settings);
    RoundsWatch watch;
    try (Coordinator coordinator = coordinator(federation.coordinator())) {
      Desk.Address address =
          new Desk.Address(InetAddress.getLoopbackAddress().getHostAddress(), coordinator.port());
      federation.settle(address);
      List<SiteAgent> agents = new ArrayList<>();
      try {
        for (String site : settings.names()) {
          agents.add(agent(federation.site(site)));
        }
        agents.forEach(agent -> Thread.ofPlatform().daemon().start(() -> serve(agent)));
        watch = study(federation, settings, address);
      } finally {
        for (SiteAgent agent : agents) {
          agent.close();
        }
      }
    } catch (MalformedException e) {
      throw new IllegalStateException("the rosters are our own", e);
    }
    if (!watch.failure().isEmpty() || watch.rounds().size() < ROUNDS) {
      throw new CommandFailure("the rehearsal did not reach its end: " + watch.failure());
    }
    return 0;
  }

  private static Coordinator coordinator(Path home) throws IOException, MalformedException {
    return Coordinator.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        home,
        StoredKeys.load(home.resolve("keys")),
        Roster.decode(Files.readAllBytes(home.resolve("federation.roster"))),
        PATIENCE);
  }

  private static SiteAgent agent(Path home) throws IOException, MalformedException {
    BenchEngine engine = new BenchEngine(home.getFileName().toString().hashCode());
    try {
      return SiteAgent.open(home, _ -> engine, Clock.systemUTC());
    } catch (BadYamlException | BadTableException e) {
      throw new IllegalStateException("the homes are our own", e);
    }
  }

  private static void serve(SiteAgent agent) {
    try {
      agent.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static RoundsWatch study(
      RoundsFederation federation, RoundsSettings settings, Desk.Address address)
      throws IOException, CommandFailure, InterruptedException {
    RoundsWatch watch = new RoundsWatch(ROUNDS, () -> {}, Progress.onStderr("round", true));
    try (StudiesClient client = new StudiesClient(federation.desk(address))) {
      client.watch(client.submit(federation.plan(), settings.model().build()), watch);
    }
    return watch;
  }
}
