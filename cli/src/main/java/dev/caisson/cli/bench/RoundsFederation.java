package dev.caisson.cli.bench;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.homes.Homes;
import dev.caisson.cli.people.Desk;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.tls.StoredKeys;
import dev.caisson.yaml.BadYamlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The homes for [RoundsRun] in one folder, and its study. The table is made up: three hundred
/// people whom no engine looks at, for a site takes part with a table only.
final class RoundsFederation {
  private static final Duration VALIDITY = Duration.ofDays(30);
  private static final String COORDINATOR = "coordinator";
  private static final String RESEARCHER = "researcher";
  private static final String PROJECT = "bench";
  private static final int PEOPLE = 300;

  private final Path folder;
  private final RoundsSettings settings;

  private RoundsFederation(Path folder, RoundsSettings settings) {
    this.folder = folder;
    this.settings = settings;
  }

  static RoundsFederation create(Path folder, RoundsSettings settings)
      throws IOException, CommandFailure {
    RoundsFederation federation = new RoundsFederation(folder, settings);
    Homes homes = new Homes("Caisson bench", VALIDITY);
    homes.coordinator(federation.coordinator());
    homes.member(federation.researcher(), RESEARCHER, Role.RESEARCHER);
    for (String site : settings.names()) {
      homes.member(federation.site(site), site, Role.SITE);
    }
    homes.roster(federation.coordinator().resolve("federation.roster"), settings.names());
    SyntheticRows.members(RoundsSettings.FEATURES).write(federation.table(), PEOPLE);
    federation.numberPeople();
    Files.writeString(federation.dataset(), description());
    for (String site : settings.names()) {
      homes.custody(
          federation.site(site),
          federation.table(),
          federation.dataset(),
          new Homes.Known(settings.names(), List.of(RESEARCHER), COORDINATOR));
    }
    return federation;
  }

  Path coordinator() {
    return folder.resolve(COORDINATOR);
  }

  Path site(String name) {
    return folder.resolve("sites").resolve(name);
  }

  private Path researcher() {
    return folder.resolve("people").resolve(RESEARCHER);
  }

  private Path table() {
    return folder.resolve("table.csv");
  }

  private Path dataset() {
    return folder.resolve("dataset.yaml");
  }

  /// The researcher's keys, and the coordinator's address; there is no airlock.
  Desk desk(Desk.Address coordinator) throws IOException {
    return new Desk(
        researcher(), StoredKeys.load(researcher().resolve("keys")), coordinator, Optional.empty());
  }

  /// Tells every site where to dial.
  void settle(Desk.Address coordinator) throws IOException {
    for (String site : settings.names()) {
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
            maximum-epochs: 1
            maximum-parameters: 1073741824
            maximum-clip-norm: 1
            minimum-held-out: 10
            colluding-sites: 1
            honest-sites: 2
            allow-total-weights: false
          """
              .formatted(coordinator.host(), coordinator.port(), PROJECT));
    }
  }

  /// The study: as many rounds as wanted, nobody waits before an upload.
  StudyPlan plan() throws IOException {
    try {
      String text =
          """
          version: caisson/study/v1
          name: bench-rounds
          project: %s
          sites: [%s]
          rounds: %d
          seed: 1
          dataset: %s
          hold-out: {fraction: 0.2}
          training: {epochs: 1, batch: 32, optimiser: sgd, learning-rate: 0.01}
          aggregation:
            threshold: %d
            clip-norm: 1
            weights: {mode: equal}
            upload-after-ms: 0
            seconds-per-round: %d
          audit: {smallest-cell: 5, max-persons: 1000}
          """
              .formatted(
                  PROJECT,
                  String.join(", ", settings.names()),
                  settings.rounds(),
                  DatasetDescription.read(dataset()).digest(),
                  settings.threshold(),
                  settings.secondsPerRound());
      return PlanReader.read("plan.yaml", text.getBytes(StandardCharsets.UTF_8));
    } catch (BadYamlException e) {
      throw new IllegalStateException("the measurement's own plan is valid", e);
    }
  }

  /// Puts a column in front that names each person.
  private void numberPeople() throws IOException {
    StringBuilder text = new StringBuilder();
    int person = 0;
    for (String line : Files.readAllLines(table())) {
      text.append(person == 0 ? "id" : "p" + person).append(',').append(line).append('\n');
      person++;
    }
    Files.writeString(table(), text);
  }

  private static String description() {
    StringBuilder text =
        new StringBuilder(
            """
            caisson: dataset/v1
            name: bench-rounds
            version: 1
            description: made-up people
            id: id
            extra-columns: refuse
            label: {name: %s, description: made up, values: [0, 1]}
            columns:
            """
                .formatted(SyntheticRows.LABEL));
    for (int column = 0; column < RoundsSettings.FEATURES; column++) {
      text.append(
          """
            - {name: x%d, type: number, range: [-4, 4], outside: clamp, scale-to: [-1, 1], missing: refuse}
          """
              .formatted(column));
    }
    return text.toString();
  }
}
