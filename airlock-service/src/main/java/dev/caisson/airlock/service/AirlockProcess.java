package dev.caisson.airlock.service;

import dev.caisson.airlock.review.ReviewState;
import dev.caisson.airlock.service.grpc.CoordinatorSource;
import dev.caisson.airlock.service.grpc.ReleasesEndpoint;
import dev.caisson.airlock.service.grpc.ReviewsEndpoint;
import dev.caisson.protocol.enrol.RemoteIssuer;
import dev.caisson.protocol.enrol.RemoteRevocations;
import dev.caisson.protocol.enrol.Renewal;
import dev.caisson.protocol.grpc.Door;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.operations.Check;
import dev.caisson.protocol.operations.Meters;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.Roster;
import dev.caisson.trust.WholeFile;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running airlock: one thread takes candidates in, a server lets reviewers decide and others
/// fetch what was released. Everything it opens lies in its own home.
public final class AirlockProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AirlockProcess.class);
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MAX_ATTEMPTS = 10;

  private final StoredKeys keys;
  private final CoordinatorSource source;
  private final Intake intake;
  private final Map<String, CaseFile> cases = new ConcurrentHashMap<>();
  private final Set<String> known = new HashSet<>();
  private final RemoteRevocations revocations;
  private final Renewal renewal;
  private final Server server;
  private final Thread worker;
  private volatile boolean closed;
  private volatile boolean reached;

  /// Opens the airlock whose home this is.
  public static AirlockProcess start(
      Path home,
      InetSocketAddress address,
      String coordinatorHost,
      int coordinatorPort,
      Clock clock)
      throws IOException, MalformedException {
    WholeFile.removeOldDrafts(home);
    StoredKeys keys = StoredKeys.load(home.resolve("keys"));
    Intake.Rosters rosters =
        new Intake.Rosters(
            roster(home.resolve("federation.roster")),
            roster(home.resolve("researchers.roster")),
            roster(home.resolve("reviewers.roster")));
    CoordinatorSource source = new CoordinatorSource(coordinatorHost, coordinatorPort, keys);
    return new AirlockProcess(
        source,
        new Intake(source, rosters, keys.now().identity(), home, clock),
        address,
        keys,
        RemoteRevocations.start(
            coordinatorHost, coordinatorPort, keys, home.resolve("revoked.list")),
        Renewal.start(keys, new RemoteIssuer(coordinatorHost, coordinatorPort, keys), clock));
  }

  private AirlockProcess(
      CoordinatorSource source,
      Intake intake,
      InetSocketAddress address,
      StoredKeys keys,
      RemoteRevocations revocations,
      Renewal renewal)
      throws IOException {
    this.keys = keys;
    this.source = source;
    this.intake = intake;
    this.revocations = revocations;
    this.renewal = renewal;
    this.server =
        Wire.serve(
            address,
            keys,
            List.of(new ReviewsEndpoint(this), new ReleasesEndpoint(this)),
            Door.forMembers(revocations));
    this.worker = Thread.ofPlatform().daemon().name("intake").start(this::takeIn);
  }

  private static Roster roster(Path file) throws IOException, MalformedException {
    if (Files.notExists(file)) {
      throw new IOException(
          "%s is missing: fetch and accept the rosters with 'caisson airlock roster'"
              .formatted(file));
    }
    return Roster.read(file);
  }

  public int port() {
    return server.getPort();
  }

  /// Name and role in its certificate.
  public Caller self() {
    return keys.now().self();
  }

  /// Counts what happens from now on.
  public void measure(Meters meters) {
    for (ReviewState state : ReviewState.values()) {
      meters.gauge(
          "candidates",
          "Candidates since the start, by state",
          () -> cases.values().stream().filter(file -> file.state() == state).count(),
          "state",
          state.name().toLowerCase(Locale.ROOT));
    }
  }

  /// What it needs to work.
  public List<Check> checks() {
    return List.of(
        reached
            ? Check.good("coordinator", "answers")
            : Check.bad("coordinator", "has not answered yet, or no longer does"));
  }

  /// The services that it offers, for those who must know them all.
  public Server server() {
    return server;
  }

  public Optional<CaseFile> find(String candidate) {
    return Optional.ofNullable(cases.get(candidate));
  }

  public Collection<CaseFile> cases() {
    return List.copyOf(cases.values());
  }

  /// Takes in one candidate after the other. One that fails stands back until the others had their
  /// turn, so that nobody's candidate can hold up the rest.
  private void takeIn() {
    Map<String, Integer> failures = new HashMap<>();
    Set<String> standingBack = new HashSet<>();
    while (!closed) {
      try {
        Set<String> passed = new HashSet<>(known);
        passed.addAll(standingBack);
        Optional<Candidate> next = source.next(passed, WAIT);
        reached = true;
        if (next.isEmpty()) {
          standingBack.clear();
          continue;
        }
        String study = next.get().study();
        try {
          take(next.get());
        } catch (IOException e) {
          standingBack.add(study);
          if (closed) {
            return;
          }
          if (failures.merge(study, 1, Integer::sum) >= MAX_ATTEMPTS) {
            LOG.warn("'{}' is given up: {}", study, e.getMessage());
            known.add(study);
          } else {
            LOG.warn("'{}' is not taken in: {}; later again", study, e.getMessage());
          }
        } catch (RuntimeException
            | LinkageError
            | OutOfMemoryError e) { // one candidate does not end the worker for all
          standingBack.add(study);
          if (closed) {
            return;
          }
          if (failures.merge(study, 1, Integer::sum) >= MAX_ATTEMPTS) {
            known.add(study);
          }
          LOG.error("'{}' stands back: taking it in failed", study, e);
        }
      } catch (IOException e) {
        reached = false;
        if (!closed) {
          LOG.warn("{}; asking again", e.getMessage());
          pause();
        }
      } catch (RuntimeException e) {
        reached = false;
        if (!closed) {
          LOG.error("what the coordinator answers cannot be taken; asking again", e);
          pause();
        }
      }
    }
  }

  private void take(Candidate candidate) throws IOException {
    try {
      LOG.info("taking in '{}'", candidate.study());
      CaseFile file = intake.take(candidate);
      cases.put(file.candidate(), file);
      LOG.info("'{}' is {}: {}", file.candidate(), file.state(), file.dossier().verdict());
    } catch (Intake.RefusedException e) {
      LOG.warn("'{}' is refused: {}", candidate.study(), e.getMessage());
    }
    known.add(candidate.study());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    worker.interrupt();
    renewal.close();
    revocations.close();
    source.close();
    Wire.end(server);
  }
}
