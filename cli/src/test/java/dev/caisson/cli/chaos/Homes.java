package dev.caisson.cli.chaos;

import dev.caisson.cli.people.Desk;
import dev.caisson.client.study.KnownResearchers;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Identity;
import dev.caisson.trust.Roster;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The homes of a federation for tests in one folder: a coordinator, sites `site-1` and on, a
/// researcher and an airlock, each with keys of its own. Every site's persons are drawn from
/// another distribution, so that it matters whose update is counted.
final class Homes {
  static final String PROJECT = "trial";
  private static final String HOST = "127.0.0.1";

  private final Path folder;
  private final List<String> sites = new ArrayList<>();
  private final Map<String, Identity> identities = new TreeMap<>();

  /// Makes all homes. No site dials before it is told where ([#settings]).
  Homes(Path folder, int count) throws IOException {
    this.folder = folder;
    FederationAuthority authority =
        new FederationAuthority("chaos", Instant.now(), Duration.ofDays(7));
    keys(authority, "coordinator", Role.COORDINATOR, coordinator());
    keys(authority, "researcher", Role.RESEARCHER, researcher());
    keys(authority, "airlock", Role.AIRLOCK, airlock());
    for (int i = 1; i <= count; i++) {
      sites.add("site-" + i);
      keys(authority, sites.getLast(), Role.SITE, site(sites.getLast()));
    }
    byte[] roster = roster().encoded();
    Files.write(coordinator().resolve("federation.roster"), roster);
    for (String site : sites) {
      Files.write(site(site).resolve("federation.roster"), roster);
      Files.write(site(site).resolve(KnownResearchers.FILE), researchers().encoded());
      Files.write(
          site(site).resolve("coordinator.identity"),
          Objects.requireNonNull(identities.get("coordinator")).encoded());
      Files.writeString(site(site).resolve("dataset.yaml"), Persons.DESCRIPTION);
      Files.writeString(site(site).resolve("table.csv"), Persons.of(sites.indexOf(site)));
      try (SplitKey key = SplitKey.generate()) {
        key.store(site(site).resolve("split.key"));
      }
    }
  }

  List<String> sites() {
    return List.copyOf(sites);
  }

  Path coordinator() {
    return folder.resolve("coordinator");
  }

  Path site(String name) {
    return folder.resolve(name);
  }

  Path researcher() {
    return folder.resolve("researcher");
  }

  Path airlock() {
    return folder.resolve("airlock");
  }

  Path ledger(String site) {
    return site(site).resolve("ledger.jsonl");
  }

  Roster roster() {
    return roster(sites);
  }

  private Roster researchers() {
    return roster(List.of("researcher"));
  }

  private Roster roster(List<String> names) {
    Map<String, Identity> members = new TreeMap<>(identities);
    members.keySet().retainAll(names);
    return new Roster(members);
  }

  DatasetDescription dataset() throws IOException {
    try {
      return DatasetDescription.read(site(sites.getFirst()).resolve("dataset.yaml"));
    } catch (BadYamlException e) {
      throw new IllegalStateException("it is our own", e);
    }
  }

  /// Tells a site where to dial.
  void settings(String site, int port) throws IOException {
    Files.writeString(
        site(site).resolve("site.yaml"),
        """
        version: caisson/site/v1
        coordinator: {host: %s, port: %d}
        table: table.csv
        dataset: dataset.yaml
        threads: 1
        device: cpu
        policy:
          projects: [%s]
          maximum-rounds: 10000
          maximum-epochs: 10
          maximum-parameters: 1000
          maximum-clip-norm: 10
          minimum-held-out: 10
          colluding-sites: 0
          honest-sites: 2
          allow-total-weights: false
        """
            .formatted(HOST, port, PROJECT));
  }

  /// The researcher's desk, with the coordinator at this port.
  Desk desk(int port) throws Exception {
    Desk.Address address = new Desk.Address(HOST, port);
    Files.writeString(
        researcher().resolve("federation.yaml"), Desk.yaml(address, Optional.empty()));
    return Desk.open(researcher(), Role.RESEARCHER);
  }

  /// Files beneath these folders, for those who look for leaks; some may go while they are looked
  /// for.
  static List<Path> files(Path... folders) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path each : Arrays.asList(folders)) {
      Files.walkFileTree(
          each,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                all.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
              return gone(why);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException why)
                throws IOException {
              return why == null ? FileVisitResult.CONTINUE : gone(why);
            }
          });
    }
    return all;
  }

  private static FileVisitResult gone(IOException why) throws IOException {
    if (why instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw why;
  }

  private void keys(FederationAuthority authority, String name, Role role, Path home)
      throws IOException {
    Files.createDirectories(home);
    KeyFiles keys = KeyFiles.create(home.resolve("keys"), authority, new Caller(name, role));
    identities.put(name, keys.identity().identity());
  }
}
