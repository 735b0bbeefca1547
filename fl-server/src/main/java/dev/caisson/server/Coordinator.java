package dev.caisson.server;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.operations.Check;
import dev.caisson.protocol.operations.HomeLock;
import dev.caisson.protocol.operations.Meters;
import dev.caisson.protocol.study.StudyState;
import dev.caisson.protocol.tls.Credentials;
import dev.caisson.secagg.Threads;
import dev.caisson.server.grpc.CandidatesEndpoint;
import dev.caisson.server.grpc.Researchers;
import dev.caisson.server.grpc.SitesEndpoint;
import dev.caisson.server.grpc.StudiesEndpoint;
import dev.caisson.server.round.RoundDriver;
import dev.caisson.server.round.RoundMeters;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.server.study.StudyContent;
import dev.caisson.server.study.StudyRegistry;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import io.grpc.BindableService;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// A running coordinator. Starting it goes on with the studies that its home holds and opens its
/// port. Closing it ends every connection and no study: each goes on with the next process on the
/// same home, as it does when this one is killed.
public final class Coordinator implements AutoCloseable {
  private final HomeLock lock;
  private final Server server;
  private final StudyRegistry studies;
  private final Membership membership;
  private final SiteDirectory directory;
  private final RoundDriver rounds;
  private final CoordinatorDatabase database;
  private final CoordinatorDatabase.Held held;

  /// @param data the home: the database, blobs, and long uploads while a round lasts; one process
  ///   at a time; the federation's authority too where it is at home here
  /// @param sites identity keys of sites that were not enrolled here, so that a bad signature names
  ///   its sender; those that were are known
  /// @param patience how long a study waits for sites that are away
  public static Coordinator start(
      InetSocketAddress address, Path data, Credentials keys, Roster sites, Duration patience)
      throws IOException {
    return start(address, data, keys, sites, patience, Membership.RECHECK);
  }

  /// The same, looking at this pace whether callers have been revoked.
  static Coordinator start(
      InetSocketAddress address,
      Path data,
      Credentials keys,
      Roster sites,
      Duration patience,
      Duration recheck)
      throws IOException {
    IdentityKey identity = keys.now().identity();
    HomeLock lock = HomeLock.take(Files.createDirectories(data));
    StudyRegistry studies = null;
    CoordinatorDatabase.Held held = () -> {};
    try {
      SiteDirectory directory = new SiteDirectory();
      CoordinatorDatabase.removeLeftLibraries(data);
      CoordinatorDatabase database = CoordinatorDatabase.open(data);
      held = database.hold();
      Membership membership = Membership.open(data, database, identity.identity(), sites, recheck);
      RoundDriver rounds =
          new RoundDriver(
              identity,
              membership::sites,
              Clock.systemUTC(),
              new SecureRandom(),
              Files.createDirectories(data.resolve("rounds")),
              new Threads(Runtime.getRuntime().availableProcessors()));
      studies =
          new StudyRegistry(
              database,
              new StudyContent(new BlobStore(data.resolve("blobs")), database),
              directory,
              rounds,
              Clock.systemUTC(),
              patience);
      studies.resumeAll();
      List<BindableService> services =
          Stream.concat(
                  services(directory, studies, membership::researcher).stream(),
                  membership.services().stream())
              .toList();
      membership.keepFresh(keys);
      return new Coordinator(
          lock,
          Wire.serve(address, keys, services, membership.door()),
          studies,
          membership,
          directory,
          rounds,
          database,
          held);
    } catch (IOException | RuntimeException e) {
      if (studies != null) {
        studies.close(Duration.ZERO);
      }
      held.close();
      lock.close();
      throw e;
    }
  }

  /// What a coordinator offers beside membership; the roles that may call it are in `Permissions`.
  static List<BindableService> services(
      SiteDirectory directory, StudyRegistry studies, Researchers researchers) {
    return List.of(
        new SitesEndpoint(directory, studies),
        new StudiesEndpoint(studies, researchers),
        new CandidatesEndpoint(studies));
  }

  private Coordinator(
      HomeLock lock,
      Server server,
      StudyRegistry studies,
      Membership membership,
      SiteDirectory directory,
      RoundDriver rounds,
      CoordinatorDatabase database,
      CoordinatorDatabase.Held held) {
    this.held = held;
    this.directory = directory;
    this.rounds = rounds;
    this.database = database;
    this.lock = lock;
    this.server = server;
    this.studies = studies;
    this.membership = membership;
  }

  /// The port that it listens on.
  public int port() {
    return server.getPort();
  }

  /// Counts what happens from now on.
  public void measure(Meters meters) {
    meters.gauge(
        "sites.connected", "Sites with an open conversation", () -> directory.connected().size());
    for (StudyState state : StudyState.values()) {
      if (!state.isFinal()) {
        meters.gauge(
            "studies",
            "Studies that are not over, by state",
            () -> studies.running(state),
            "state",
            state.label());
      }
    }
    rounds.listener(new RoundMeters(meters));
  }

  /// What it needs to work.
  public List<Check> checks() {
    return List.of(database.check());
  }

  /// The services that it offers, for those who must know them all.
  public Server server() {
    return server;
  }

  /// Starts no further round, and lets those under way come to their end within this time; then
  /// [#close] interrupts nothing that would have come to a sum.
  public void drain(Duration patience) {
    studies.close(patience);
  }

  @Override
  public void close() {
    membership.close();
    studies.close(Duration.ZERO);
    Wire.end(server);
    held.close();
    lock.close();
  }
}
