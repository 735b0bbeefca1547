package dev.caisson.cli.chaos;

import dev.caisson.cli.failure.CommandFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Commits a schedule's faults as their moments come, and mends what it broke. Thread-safe.
final class Mischief implements Consumer<Moment>, AutoCloseable {
  private final LiveFederation federation;
  private final List<Fault> waiting;
  private final List<Fault> done = new ArrayList<>();
  private final Map<Fault, Map<Integer, Set<String>>> there = new HashMap<>();
  private final ScheduledExecutorService mending = Executors.newScheduledThreadPool(4);
  private boolean coordinatorAway;
  private final Set<String> sitesAway = new HashSet<>();
  private int mendings;
  private @Nullable String failure;

  Mischief(LiveFederation federation, Schedule schedule) {
    this.federation = federation;
    this.waiting = new ArrayList<>(schedule.faults());
  }

  /// Strikes, if somebody waits for this. Whoever says it is held up as long.
  @Override
  public synchronized void accept(Moment moment) {
    for (Fault fault : List.copyOf(waiting)) {
      if (fault.when().fits(moment)) {
        Set<String> sites =
            there
                .computeIfAbsent(fault, _ -> new HashMap<>())
                .computeIfAbsent(moment.attempt(), _ -> new HashSet<>());
        sites.add(moment.site());
        if (sites.size() >= fault.when().needed() && commit(fault)) {
          waiting.remove(fault);
          done.add(fault);
        }
      }
    }
  }

  /// Whether it could be done: who is dead already cannot be killed, and is waited for.
  private boolean commit(Fault fault) {
    switch (fault) {
      case Fault.KillCoordinator(_, long away) -> {
        if (coordinatorAway) {
          return false;
        }
        coordinatorAway = true;
        federation.killCoordinator();
        mendLater(
            away,
            () -> {
              federation.startCoordinator();
              synchronized (this) {
                coordinatorAway = false;
              }
            });
      }
      case Fault.KillSite(String site, _, long away) -> {
        if (!sitesAway.add(site)) {
          return false;
        }
        federation.killSite(site);
        mendLater(
            away,
            () -> {
              federation.startSite(site);
              synchronized (this) {
                sitesAway.remove(site);
              }
            });
      }
      case Fault.LoseSite(String site, _) -> {
        if (!sitesAway.add(site)) {
          return false;
        }
        federation.killSite(site);
      }
      case Fault.Line(String site, _, Fault.Trouble trouble, long millis) -> {
        Relay line = federation.line(site);
        switch (trouble) {
          case RESET -> line.cut(true);
          case END -> line.cut(false);
          case STALLED -> line.stall();
          case HALF_OPEN -> line.halfOpen();
          case LATENCY -> line.latency(60);
          case LOSSY -> line.lose(10);
          case TRUNCATED -> line.truncateAfter(700);
          case SLOW -> line.slow(1000);
        }
        mendLater(millis, line::heal);
      }
    }
    return true;
  }

  private interface Mending {
    void mend() throws IOException, CommandFailure, InterruptedException;
  }

  private void mendLater(long millis, Mending mending) {
    mendings++;
    var _ = this.mending.schedule(() -> mend(mending), millis, TimeUnit.MILLISECONDS);
  }

  private void mend(Mending mending) {
    String problem = null;
    try {
      mending.mend();
    } catch (IOException | CommandFailure | RuntimeException e) {
      problem = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      mendings--;
      failure = failure == null ? problem : failure;
    }
  }

  /// Whether all is mended that is to be.
  synchronized boolean isOver() {
    return mendings == 0;
  }

  /// What has happened.
  synchronized List<Fault> done() {
    return List.copyOf(done);
  }

  /// What nobody came to do.
  synchronized List<Fault> waiting() {
    return List.copyOf(waiting);
  }

  /// A process that did not start again.
  synchronized @Nullable String failure() {
    return failure;
  }

  @Override
  public void close() {
    mending.shutdownNow();
  }
}
