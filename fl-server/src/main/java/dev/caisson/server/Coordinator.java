package dev.caisson.server;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.secagg.Threads;
import dev.caisson.server.grpc.CandidatesEndpoint;
import dev.caisson.server.grpc.SitesEndpoint;
import dev.caisson.server.grpc.StudiesEndpoint;
import dev.caisson.server.round.RoundDriver;
import dev.caisson.server.site.SiteDirectory;
import dev.caisson.server.study.StudyRegistry;
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

/// A running coordinator. Starting it opens its port; closing it ends every study and connection.
public final class Coordinator implements AutoCloseable {
  private final Server server;
  private final StudyRegistry studies;

  /// @param data where blobs are kept, and long uploads while a round lasts
  /// @param sites the identity keys of the sites, so that a bad signature names its sender
  /// @param patience how long a study waits for sites that are away
  public static Coordinator start(
      InetSocketAddress address, Path data, KeyFiles keys, Roster sites, Duration patience)
      throws IOException {
    SiteDirectory directory = new SiteDirectory();
    StudyRegistry studies =
        new StudyRegistry(
            new BlobStore(data.resolve("blobs")),
            directory,
            new RoundDriver(
                keys.identity(),
                sites,
                Clock.systemUTC(),
                new SecureRandom(),
                Files.createDirectories(data.resolve("rounds")),
                new Threads(Runtime.getRuntime().availableProcessors())),
            patience);
    return new Coordinator(Wire.serve(address, keys, services(directory, studies)), studies);
  }

  /// Every service that a coordinator offers; the roles that may call them are in `AccessRules`.
  static List<BindableService> services(SiteDirectory directory, StudyRegistry studies) {
    return List.of(
        new SitesEndpoint(directory, studies),
        new StudiesEndpoint(studies),
        new CandidatesEndpoint(studies));
  }

  private Coordinator(Server server, StudyRegistry studies) {
    this.server = server;
    this.studies = studies;
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
    studies.close();
    Wire.end(server);
  }
}
