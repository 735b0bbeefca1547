package dev.caisson.airlock.service;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The homes of one federation in a temporary folder: real keys and certificates of one authority.
final class Homes {
  final Path folder;
  final FederationAuthority authority =
      new FederationAuthority("test", Instant.now(), Duration.ofDays(1));
  private final Map<String, KeyFiles> members = new TreeMap<>();

  Homes(Path folder) {
    this.folder = folder;
  }

  /// The home of a member; its keys lie in `keys` within.
  Path home(String name) {
    return folder.resolve(name);
  }

  KeyFiles keys(String name, Role role) throws IOException {
    KeyFiles known = members.get(name);
    if (known == null) {
      known = KeyFiles.create(home(name).resolve("keys"), authority, new Caller(name, role));
      members.put(name, known);
    }
    return known;
  }

  /// A member that has keys already.
  Identity identity(String name) {
    KeyFiles keys = members.get(name);
    if (keys == null) {
      throw new IllegalArgumentException(name);
    }
    return keys.identity().identity();
  }

  void roster(Path file, List<String> names) throws IOException {
    Map<String, Identity> identities = new TreeMap<>();
    names.forEach(name -> identities.put(name, identity(name)));
    Files.write(file, new Roster(identities).encoded());
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
