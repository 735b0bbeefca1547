package dev.caisson.cli.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.Main;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.process.ChildPlan;
import dev.caisson.cli.process.ChildProcess;
import dev.caisson.cli.process.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A coordinator and sites as processes, with a [Relay] before each party, so that the coordinator
/// may come back on another port. Processes are killed and started again here, as a service manager
/// would do.
final class LiveFederation implements AutoCloseable {
  static final Duration START = Duration.ofMinutes(2);
  private static final String PEOPLE = "people";
  private static final int HEAP = 128;

  private final Children servers = new Children(Main.class);
  private final Children agents = new Children(ToySite.class);
  private final Homes homes;
  private final int patienceSeconds;
  private final Map<String, Relay> relays = new TreeMap<>();
  private final Map<String, ChildProcess> sites = new TreeMap<>();
  private @Nullable ChildProcess coordinator;
  private boolean closed;

  /// Makes homes for this many sites; nothing runs yet.
  ///
  /// @param patienceSeconds how long the coordinator waits for sites that are away
  LiveFederation(Path folder, int count, int patienceSeconds) throws IOException {
    this.homes = new Homes(folder, count);
    this.patienceSeconds = patienceSeconds;
    for (String site : homes.sites()) {
      Relay relay = new Relay();
      relays.put(site, relay);
      homes.settings(site, relay.port());
    }
    relays.put(PEOPLE, new Relay());
  }

  Homes homes() {
    return homes;
  }

  /// Starts everything at once and waits until all serve.
  void start() throws Exception {
    startCoordinator();
    for (String site : homes.sites()) {
      startSite(site);
    }
    for (String site : homes.sites()) {
      agent(site).ready(START);
    }
  }

  /// The network between this site and the coordinator.
  Relay line(String site) {
    return Objects.requireNonNull(relays.get(site), site);
  }

  /// The port at which people find the coordinator, whichever process it is.
  int port() {
    return line(PEOPLE).port();
  }

  StudiesClient researcher() throws Exception {
    return new StudiesClient(homes.desk(port()));
  }

  /// Starts the coordinator and returns when it serves. It is told of by its own port.
  void startCoordinator() throws IOException, CommandFailure, InterruptedException {
    ChildProcess started;
    synchronized (this) {
      if (closed) {
        return;
      }
      started =
          servers.start(
              new ChildPlan(
                  "coordinator",
                  homes.coordinator(),
                  HEAP,
                  List.of(
                      "coordinator",
                      "run",
                      "--home",
                      homes.coordinator().toString(),
                      "--port",
                      "0",
                      "--patience",
                      Integer.toString(patienceSeconds))));
      coordinator = started;
    }
    int port = new ObjectMapper().readTree(started.ready(START)).path("port").asInt();
    relays.values().forEach(relay -> relay.target(port));
  }

  /// Starts a site's agent; it may dial for a while.
  synchronized ChildProcess startSite(String site, String... options) throws IOException {
    return startIn(homes.site(site), site, options);
  }

  /// The same in this home, which need not be the site's first.
  synchronized ChildProcess startIn(Path home, String site, String... options) throws IOException {
    if (closed) {
      throw new IOException("the federation is closed");
    }
    List<String> arguments = new ArrayList<>(List.of("--home", home.toString()));
    arguments.addAll(List.of(options));
    ChildProcess agent = agents.start(new ChildPlan("site", home, HEAP, arguments));
    sites.put(site, agent);
    return agent;
  }

  synchronized ChildProcess coordinator() {
    if (coordinator == null) {
      throw new IllegalStateException("the coordinator was not started");
    }
    return coordinator;
  }

  synchronized ChildProcess agent(String site) {
    return Optional.ofNullable(sites.get(site)).orElseThrow();
  }

  void killCoordinator() {
    ChildProcess process = coordinator();
    process.kill();
    process.exit().join();
  }

  void killSite(String site) {
    ChildProcess process = agent(site);
    process.kill();
    process.exit().join();
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
    }
    agents.close();
    servers.close();
    for (Relay relay : relays.values()) {
      relay.close();
    }
  }
}
