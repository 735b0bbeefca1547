package dev.caisson.cli.demo;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.homes.Homes;
import dev.caisson.cli.people.Desk;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The homes of a small federation in one folder: every process and person has a folder with mode
/// 700, keys of its own, and only what it needs to know of the others. In a real federation each
/// home is on another machine and its keys are made there, by `coordinator init` and `enrol`; here
/// the certificates are issued directly.
final class Federation {
  private static final Duration VALIDITY = Duration.ofDays(30);

  private final Path folder;
  private final Homes homes = new Homes("Caisson demo", VALIDITY);

  private Federation(Path folder) {
    this.folder = folder;
  }

  /// Makes all homes; the data folder has one table per site and `dataset.yaml`.
  static Federation create(Path folder, Path data, List<String> sites)
      throws IOException, CommandFailure {
    Federation federation = new Federation(folder);
    Homes homes = federation.homes;
    homes.coordinator(federation.coordinator());
    homes.member(federation.airlock(), "airlock", Role.AIRLOCK);
    homes.member(federation.researcher(), "researcher", Role.RESEARCHER);
    for (String reviewer : reviewers()) {
      homes.member(federation.person(reviewer), reviewer, Role.REVIEWER);
    }
    for (String site : sites) {
      homes.member(federation.site(site), site, Role.SITE);
    }
    homes.roster(federation.coordinator().resolve("federation.roster"), sites);
    homes.roster(federation.airlock().resolve("federation.roster"), sites);
    homes.roster(federation.airlock().resolve("researchers.roster"), List.of("researcher"));
    homes.roster(federation.airlock().resolve("reviewers.roster"), reviewers());
    for (String site : sites) {
      homes.custody(
          federation.site(site),
          data.resolve(site + ".csv"),
          data.resolve("dataset.yaml"),
          new Homes.Known(sites, List.of("researcher"), "coordinator"));
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
    return homes.identity(name);
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
}
