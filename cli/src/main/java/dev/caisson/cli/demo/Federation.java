package dev.caisson.cli.demo;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.people.Desk;
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
import java.util.Optional;
import java.util.TreeMap;

/// The homes of a small federation in one folder: every process and person has a folder with mode
/// 700, keys of its own, and only what it needs to know of the others. In a real federation each
/// home is on another machine and its keys are made there, by `coordinator init` and `enrol`; here
/// the certificates are issued directly.
final class Federation {
  private static final Duration VALIDITY = Duration.ofDays(30);
  private static final Duration LIFETIME = Duration.ofDays(3650);

  private final Path folder;
  private final Map<String, Identity> identities = new TreeMap<>();

  private Federation(Path folder) {
    this.folder = folder;
  }

  /// Makes all homes; the data folder has one table per site and `dataset.yaml`.
  static Federation create(Path folder, Path data, List<String> sites)
      throws IOException, CommandFailure {
    Federation federation = new Federation(folder);
    FederationAuthority authority =
        new FederationAuthority("Caisson demo", InstantSource.system(), LIFETIME, VALIDITY);
    federation.keys(federation.coordinator(), authority, "coordinator", Role.COORDINATOR);
    CoordinatorHome.keep(federation.coordinator(), authority);
    federation.keys(federation.airlock(), authority, "airlock", Role.AIRLOCK);
    federation.keys(federation.researcher(), authority, "researcher", Role.RESEARCHER);
    for (String reviewer : reviewers()) {
      federation.keys(federation.person(reviewer), authority, reviewer, Role.REVIEWER);
    }
    for (String site : sites) {
      federation.keys(federation.site(site), authority, site, Role.SITE);
    }
    federation.roster(federation.coordinator().resolve("federation.roster"), sites);
    federation.roster(federation.airlock().resolve("federation.roster"), sites);
    federation.roster(federation.airlock().resolve("researchers.roster"), List.of("researcher"));
    federation.roster(federation.airlock().resolve("reviewers.roster"), reviewers());
    for (String site : sites) {
      federation.custody(site, data, sites);
    }
    return federation;
  }

  static List<String> reviewers() {
    return List.of("reviewer-ada", "reviewer-ben");
  }

  Path coordinator() {
    return folder.resolve("coordinator");
  }

  Path airlock() {
    return folder.resolve("airlock");
  }

  Path site(String name) {
    return folder.resolve("sites").resolve(name);
  }

  Path researcher() {
    return person("researcher");
  }

  Path person(String name) {
    return folder.resolve("people").resolve(name);
  }

  /// The public key by which everybody knows this member.
  Identity identity(String name) {
    Identity identity = identities.get(name);
    if (identity == null) {
      throw new IllegalArgumentException("'%s' is not of this federation".formatted(name));
    }
    return identity;
  }

  /// Tells the people where the servers are, now that they run.
  void announce(Desk.Address coordinator, Desk.Address airlock) throws IOException {
    String yaml = Desk.yaml(coordinator, Optional.of(airlock));
    Files.writeString(researcher().resolve("federation.yaml"), yaml);
    for (String reviewer : reviewers()) {
      Files.writeString(person(reviewer).resolve("federation.yaml"), yaml);
    }
  }

  /// Tells a site where to dial.
  void settings(String site, Desk.Address coordinator, String project) throws IOException {
    Files.writeString(
        site(site).resolve("site.yaml"),
        """
        version: caisson/site/v1
        coordinator: {host: %s, port: %d}
        table: table.csv
        dataset: dataset.yaml
        threads: 1
        policy:
          projects: [%s]
          maximum-rounds: 200
          maximum-epochs: 10
          maximum-parameters: 1000000
          maximum-clip-norm: 10
          minimum-held-out: 50
          colluding-sites: 1     # the coordinator and one other site may be in league
          honest-sites: 2        # every opened sum covers at least two honest sites
          allow-total-weights: false
        """
            .formatted(coordinator.host(), coordinator.port(), project));
  }

  private void keys(Path home, FederationAuthority authority, String name, Role role)
      throws IOException {
    Files.createDirectories(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    KeyFiles keys = KeyFiles.create(home.resolve("keys"), authority, new Caller(name, role));
    identities.put(name, keys.identity().identity());
  }

  private void roster(Path file, List<String> names) throws IOException {
    Map<String, Identity> members = new TreeMap<>();
    names.forEach(name -> members.put(name, identity(name)));
    Files.write(file, new Roster(members).encoded());
  }

  /// What a custodian puts into a site's home: table, description, roster, the coordinator's key
  /// and a fresh secret that will choose whom each study holds out.
  private void custody(String site, Path data, List<String> sites)
      throws IOException, CommandFailure {
    Path home = site(site);
    copy(data.resolve(site + ".csv"), home.resolve("table.csv"));
    copy(data.resolve("dataset.yaml"), home.resolve("dataset.yaml"));
    roster(home.resolve("federation.roster"), sites);
    Files.write(home.resolve("coordinator.identity"), identity("coordinator").encoded());
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
