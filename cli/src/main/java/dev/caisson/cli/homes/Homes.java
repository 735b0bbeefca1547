package dev.caisson.cli.homes;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.client.study.KnownResearchers;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.server.member.CoordinatorHome;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes the homes of one federation: each with mode 700, with keys of its own, and with only what
/// its member needs to know of the others. The authority's key goes into the coordinator's home,
/// where certificates are renewed.
public final class Homes {
  private static final Duration LIFETIME = Duration.ofDays(3650);

  private final FederationAuthority authority;
  private final Map<String, Identity> identities = new TreeMap<>();

  /// A federation whose certificates are valid from now on for so long.
  public Homes(String federation, Duration validity) {
    authority = new FederationAuthority(federation, InstantSource.system(), LIFETIME, validity);
  }

  /// Makes the coordinator's home, with the authority in it.
  public void coordinator(Path home) throws IOException {
    member(home, "coordinator", Role.COORDINATOR);
    CoordinatorHome.keep(home, authority);
  }

  /// Makes a member's home, with fresh keys in it.
  public void member(Path home, String name, Role role) throws IOException {
    Files.createDirectories(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    KeyFiles keys = KeyFiles.create(home.resolve("keys"), authority, new Caller(name, role));
    identities.put(name, keys.identity().identity());
  }

  /// The public key by which everybody knows this member.
  public Identity identity(String name) {
    Identity identity = identities.get(name);
    if (identity == null) {
      throw new IllegalArgumentException("'%s' is not of this federation".formatted(name));
    }
    return identity;
  }

  /// Writes down whose signatures are whose.
  public void roster(Path file, List<String> names) throws IOException {
    Map<String, Identity> members = new TreeMap<>();
    names.forEach(name -> members.put(name, identity(name)));
    Files.write(file, new Roster(members).encoded());
  }

  /// Whom a site knows.
  ///
  /// @param coordinator by its name
  public record Known(List<String> sites, List<String> researchers, String coordinator) {
    public Known {
      sites = List.copyOf(sites);
      researchers = List.copyOf(researchers);
    }
  }

  /// What a custodian puts into a site's home: table, description, rosters, the coordinator's key
  /// and a fresh secret that will choose whom each study holds out.
  public void custody(Path home, Path table, Path dataset, Known known)
      throws IOException, CommandFailure {
    copy(table, home.resolve("table.csv"));
    copy(dataset, home.resolve("dataset.yaml"));
    roster(home.resolve("federation.roster"), known.sites());
    roster(home.resolve(KnownResearchers.FILE), known.researchers());
    Files.write(home.resolve("coordinator.identity"), identity(known.coordinator()).encoded());
    SplitKey key = SplitKey.generate();
    key.store(home.resolve("split.key"));
    key.close();
  }

  private static void copy(Path from, Path to) throws IOException, CommandFailure {
    if (!Files.isRegularFile(from)) {
      throw new CommandFailure(
          "%s is missing: the data folder needs one table per site and dataset.yaml"
              .formatted(from));
    }
    Files.copy(from, to);
  }
}
