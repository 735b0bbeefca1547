package dev.caisson.cli.demo;

import dev.caisson.cli.Main;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.people.Desk;
import dev.caisson.cli.process.ChildPlan;
import dev.caisson.cli.process.ChildProcess;
import dev.caisson.cli.process.Children;
import dev.caisson.yaml.BadYamlException;
import dev.caisson.yaml.YamlNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The demo's processes: a coordinator, an airlock and one agent per site. A site that ends by
/// itself is started again, as a service manager would do, a few times; the other two are missed
/// for good.
final class Processes implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final String HOST = "127.0.0.1";
  private static final int MOST_RESTARTS = 3;
  private static final int SIGKILL = 137;

  private final Children children = new Children(Main.class);
  private final Federation federation;
  private final Consumer<String> say;
  private final Map<String, Integer> restarts = new HashMap<>();
  private boolean confined;
  private @Nullable String failure;
  private boolean closing;

  Processes(Federation federation, Consumer<String> say) {
    this.federation = federation;
    this.say = say;
  }

  /// Starts everything and returns when every process serves.
  void start(List<String> sites, int port, int patienceSeconds)
      throws IOException, CommandFailure, InterruptedException {
    ChildProcess server =
        children.start(
            new ChildPlan(
                "coordinator",
                federation.coordinator(),
                192,
                List.of(
                    "coordinator",
                    "run",
                    "--home",
                    federation.coordinator().toString(),
                    "--port",
                    Integer.toString(port),
                    "--patience",
                    Integer.toString(patienceSeconds))));
    Desk.Address address = new Desk.Address(HOST, number(server.ready(START), "port"));
    watch(server, "the coordinator");
    List<ChildProcess> agents = new ArrayList<>();
    for (String site : sites) {
      federation.settings(site, address, DemoPlan.PROJECT);
      agents.add(agent(site));
    }
    ChildProcess gate =
        children.start(
            new ChildPlan(
                "airlock",
                federation.airlock(),
                192,
                List.of(
                    "airlock",
                    "serve",
                    "--home",
                    federation.airlock().toString(),
                    "--coordinator",
                    address.toString())));
    for (int i = 0; i < agents.size(); i++) {
      agents.get(i).ready(START);
      watchSite(sites.get(i), agents.get(i));
    }
    String ready = gate.ready(START);
    confined = ready.contains("\"confined\": true");
    watch(gate, "the airlock");
    federation.announce(address, new Desk.Address(HOST, number(ready, "port")));
  }

  /// Whether the kernel keeps the airlock inside its own home.
  boolean airlockIsConfined() {
    return confined;
  }

  /// Why the demo cannot go on, if it cannot.
  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  private ChildProcess agent(String site) throws IOException {
    return children.start(
        new ChildPlan(
            "site",
            federation.site(site),
            256,
            List.of("site", "run", "--home", federation.site(site).toString())));
  }

  private void watch(ChildProcess process, String what) {
    Thread.ofVirtual()
        .start(
            () -> {
              process.exit().join();
              synchronized (this) {
                if (!closing && failure == null) {
                  failure = "%s has ended: %s".formatted(what, process.failure().getMessage());
                }
              }
            });
  }

  private void watchSite(String site, ChildProcess process) {
    Thread.ofVirtual().start(() -> again(site, process, process.exit().join()));
  }

  private void again(String site, ChildProcess process, int code) {
    synchronized (this) {
      if (closing) {
        return;
      }
      int times = restarts.merge(site, 1, Integer::sum);
      if (times > MOST_RESTARTS) {
        failure =
            "site '%s' ended %d times: %s".formatted(site, times, process.failure().getMessage());
        return;
      }
    }
    say.accept(
        "site '%s' has ended (%s); starting it again, as a service manager would"
            .formatted(site, code == SIGKILL ? "killed" : "exit code " + code));
    try {
      ChildProcess agent = agent(site);
      agent.ready(START);
      watchSite(site, agent);
    } catch (IOException | CommandFailure e) {
      synchronized (this) {
        if (!closing) {
          failure = "site '%s' does not start again: %s".formatted(site, e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int number(String json, String key) {
    try {
      return YamlNode.parse("READY", json.getBytes(StandardCharsets.UTF_8))
          .get(key)
          .integer(1, 65_535);
    } catch (BadYamlException e) {
      throw new IllegalStateException("our own READY line is JSON, which is YAML", e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closing = true;
    }
    children.close();
  }
}
