package dev.caisson.server;

import dev.caisson.protocol.enrol.Enroller;
import dev.caisson.protocol.enrol.Token;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Certificates;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.server.member.CoordinatorHome;
import dev.caisson.server.member.EnrolledAlready;
import dev.caisson.server.member.Members;
import dev.caisson.server.member.RefusedException;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Roster;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A coordinator whose home was made by `init`, and members who enrol at it over loopback with keys
/// that they make themselves.
final class EnrolledFederation implements AutoCloseable {
  final Path folder;
  final StoredKeys keys;
  final Members members;
  private final Coordinator coordinator;
  private final List<ManagedChannel> channels = new ArrayList<>();

  EnrolledFederation(Path folder) throws IOException, RefusedException {
    this.folder = folder;
    Path home = folder.resolve("coordinator");
    CoordinatorHome.init(home, "Test", 30, InstantSource.system());
    keys = StoredKeys.load(home.resolve("keys"));
    members = members(InstantSource.system());
    coordinator =
        Coordinator.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            home,
            keys,
            new Roster(Map.of()),
            Duration.ofSeconds(5),
            Duration.ofMillis(100));
  }

  /// The list of members as another process beside the coordinator changes it.
  Members members(InstantSource clock) throws IOException {
    return new Members(CoordinatorDatabase.open(folder.resolve("coordinator")), clock);
  }

  Digest authority() {
    return Digest.of(Certificates.bytes(keys.now().authority()));
  }

  Token token(String name, Role role) throws RefusedException {
    return token(name, role, EnrolledAlready.REFUSE);
  }

  Token token(String name, Role role, EnrolledAlready already) throws RefusedException {
    return members
        .issueToken(new Caller(name, role), Duration.ofHours(1), already, authority())
        .token();
  }

  Path home(String name) {
    return folder.resolve("homes").resolve(name).resolve("keys");
  }

  KeyFiles enrol(String name, Role role) throws IOException, RefusedException {
    return enrol(home(name), token(name, role), role);
  }

  KeyFiles enrol(Path keys, Token token, Role role) throws IOException {
    return enrol(keys, token, role, _ -> {});
  }

  KeyFiles enrol(Path keys, Token token, Role role, Enroller.RestOfHome rest) throws IOException {
    return Enroller.enrol(keys, "127.0.0.1", port(), token, Set.of(role), rest).keys();
  }

  ManagedChannel dial(KeyFiles keys) throws IOException {
    return keep(Wire.dial("127.0.0.1", port(), Role.COORDINATOR, keys));
  }

  /// Without a certificate.
  ManagedChannel stranger() throws IOException {
    return keep(Wire.dialPinned("127.0.0.1", port(), Role.COORDINATOR, authority()));
  }

  private ManagedChannel keep(ManagedChannel channel) {
    channels.add(channel);
    return channel;
  }

  int port() {
    return coordinator.port();
  }

  Server server() {
    return coordinator.server();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    coordinator.close();
  }
}
