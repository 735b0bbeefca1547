package dev.caisson.server;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Credentials;
import dev.caisson.secagg.Threads;
import dev.caisson.server.grpc.CandidatesEndpoint;
import dev.caisson.server.grpc.SitesEndpoint;
import dev.caisson.server.grpc.StudiesEndpoint;
import dev.caisson.server.round.RoundDriver;
import dev.caisson.server.site.SiteDirectory;
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

/// A running coordinator. Starting it opens its port; closing it ends every study and connection.
public final class Coordinator implements AutoCloseable {
  private final Server server;
  private final StudyRegistry studies;
  private final Membership membership;

  /// @param data where blobs are kept, long uploads while a round lasts, and the database; the
  ///   federation's authority too where it is at home here
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
    Membership membership = Membership.open(data, identity.identity(), sites, recheck);
    SiteDirectory directory = new SiteDirectory();
    StudyRegistry studies =
        new StudyRegistry(
            new BlobStore(data.resolve("blobs")),
            directory,
            new RoundDriver(
                identity,
                membership::sites,
                Clock.systemUTC(),
                new SecureRandom(),
                Files.createDirectories(data.resolve("rounds")),
                new Threads(Runtime.getRuntime().availableProcessors())),
            patience);
    List<BindableService> services =
        Stream.concat(services(directory, studies).stream(), membership.services().stream())
            .toList();
    membership.keepFresh(keys);
    return new Coordinator(
        Wire.serve(address, keys, services, membership.door()), studies, membership);
  }

  /// What a coordinator offers beside membership; the roles that may call it are in `Permissions`.
  static List<BindableService> services(SiteDirectory directory, StudyRegistry studies) {
    return List.of(
        new SitesEndpoint(directory, studies),
        new StudiesEndpoint(studies),
        new CandidatesEndpoint(studies));
  }

  private Coordinator(Server server, StudyRegistry studies, Membership membership) {
    this.server = server;
    this.studies = studies;
    this.membership = membership;
  }

  /// The port that it listens on.
  public int port() {
    return server.getPort();
  }

  /// The services that it offers, for those who must know them all.
  public Server server() {
    return server;
  }

  @Override
  public void close() {
    membership.close();
    studies.close();
    Wire.end(server);
  }
}
