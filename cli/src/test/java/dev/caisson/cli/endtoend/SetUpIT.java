package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.endtoend.Caisson.Ended;
import dev.caisson.dataset.DatasetDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A federation made by its commands alone, as its how-to page tells it: real processes, keys made
/// where they live, a roster that custodians compared.
@Timeout(600)
final class SetUpIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SITES = List.of("gbsg", "rotterdam-early", "rotterdam-late");

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // set before each
  private Caisson caisson;

  @SuppressWarnings("NullAway.Init") // set before each
  private String coordinator;

  private final List<RunningCommand> running = new ArrayList<>();

  @BeforeEach
  void open() {
    caisson = new Caisson(folder.resolve("scratch"));
    coordinator = folder.resolve("coordinator").toString();
  }

  @AfterEach
  void end() {
    running.forEach(RunningCommand::close);
  }

  @Test
  void threeSitesEnrolCompareTheirRosterTrainForWhomTheyAcceptedAndOneIsRevoked() throws Exception {
    good("coordinator", "init", "--home", coordinator, "--federation", "Three hospitals");
    Ended again =
        caisson.run("coordinator", "init", "--home", coordinator, "--federation", "Other");
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err()).contains("is a home already");

    RunningCommand server = start("coordinator", "run", "--home", coordinator);
    String address = "127.0.0.1:" + JSON.readTree(ready(server)).get("port").intValue();
    for (String site : SITES) {
      enrol(site, address);
    }
    enrolResearcher("ann", address);
    assertOnlyTheirOwnersMayReadHomes();

    Ended early = caisson.run("site", "run", "--home", home("gbsg"));
    assertThat(early.exitCode()).isEqualTo(1);
    assertThat(early.err()).contains("site roster --home", "--accept");

    List<String> words = new ArrayList<>();
    for (String site : SITES) {
      words.add(phrase(good("site", "roster", "--home", home(site))));
    }
    assertThat(words.stream().distinct()).as("all custodians see one list").hasSize(1);
    Ended wrong =
        caisson.run("site", "roster", "--home", home("gbsg"), "--accept", "00".repeat(32));
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains("not accepted");
    for (String site : SITES) {
      assertThat(good("site", "roster", "--home", home(site), "--accept", words.getFirst()).out())
          .contains("accepted: 3 sites, 1 researcher");
      RunningCommand agent = start("site", "run", "--home", home(site));
      ready(agent);
    }
    Path log = folder.resolve("coordinator/coordinator-events.log");
    for (String site : SITES) {
      server.await(
          site + " at the coordinator",
          () -> Files.readString(log).contains("site '%s' connected".formatted(site)));
    }

    RunningCommand watch = start("study", "watch", "--as", home("ann"), submit("ann"));
    watch.await("ann's trained study", () -> watch.out().contains("candidate  trained"));
    enrolResearcher("bob", address); // whom no custodian has heard of
    Ended refused = caisson.run("study", "watch", "--as", home("bob"), submit("bob"));
    assertThat(refused.out())
        .contains("' refuses: this site does not know researcher 'bob'")
        .contains("failed");

    good("coordinator", "revoke", "--home", coordinator, "gbsg", "--reason", "lost laptop");
    server.await("gbsg's end", () -> Files.readString(log).contains("site 'gbsg' is gone"));
    Ended changed = good("site", "roster", "--home", home("rotterdam-late"));
    assertThat(changed.out()).contains("- site gbsg is gone", "--accept");
    assertThat(phrase(changed)).isNotEqualTo(words.getFirst());
  }

  private String token(String name, String role) throws Exception {
    return JSON.readTree(
            good(
                    "coordinator",
                    "token",
                    "--home",
                    coordinator,
                    "--role",
                    role,
                    "--name",
                    name,
                    "--json")
                .out())
        .get("token")
        .textValue();
  }

  private void enrolResearcher(String name, String address) throws Exception {
    String token = token(name, "researcher");
    good("enrol", "--home", home(name), "--coordinator", address, "--token", token);
  }

  /// A study of one round; gives its name.
  private String submit(String researcher) throws Exception {
    DatasetDescription dataset =
        DatasetDescription.read(Caisson.PROJECT.resolve("demo-data/dataset.yaml"));
    Path plan = folder.resolve(researcher + ".yaml");
    Files.writeString(
        plan,
        """
        version: caisson/study/v1
        name: first
        project: example
        sites: [%s]
        rounds: 1
        seed: 7
        dataset: %s
        hold-out: {fraction: 0.2}
        model: {kind: logistic, inputs: %d}
        training: {epochs: 1, batch: 32, optimiser: sgd, learning-rate: 0.1}
        aggregation:
          threshold: 3
          clip-norm: 5
          weights: {mode: equal}
          upload-after-ms: 0
          seconds-per-round: 60
        audit: {smallest-cell: 10, max-persons: 100000}
        """
            .formatted(String.join(", ", SITES), dataset.digest(), dataset.features().width()));
    return good("study", "submit", "--as", home(researcher), plan.toString()).lastLine();
  }

  private void enrol(String site, String address) throws Exception {
    String token = token(site, "site");
    Ended enrolled =
        good("site", "enrol", "--home", home(site), "--coordinator", address, "--token", token);
    Ended fingerprint = good("site", "fingerprint", "--home", home(site));
    assertThat(enrolled.out()).contains(fingerprint.out().lines().toList().get(1));
    Path data = Caisson.PROJECT.resolve("demo-data");
    Files.copy(data.resolve(site + ".csv"), Path.of(home(site), "table.csv"));
    Files.copy(data.resolve("dataset.yaml"), Path.of(home(site), "dataset.yaml"));
    good("site", "check", "--home", home(site));
  }

  private void assertOnlyTheirOwnersMayReadHomes() throws Exception {
    for (Path home : List.of(Path.of(coordinator), Path.of(home("gbsg")))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
          .isEqualTo("rwx------");
    }
    for (String secret : List.of("keys/tls.pem", "keys/identity.key", "split.key")) {
      Path file = Path.of(home("gbsg"), secret);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(secret)
          .isEqualTo("rw-------");
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(Path.of(coordinator, "authority.pem"))))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(Path.of(home("gbsg"), "keys"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("tls.pem", "federation-ca.crt", "identity.key");
    }
  }

  private String home(String site) {
    return folder.resolve("sites").resolve(site).toString();
  }

  private static String phrase(Ended roster) {
    List<String> lines = roster.out().lines().toList();
    return lines.get(lines.indexOf("the whole list:") + 1).strip();
  }

  private Ended good(String... arguments) throws Exception {
    Ended ended = caisson.run(arguments);
    assertThat(ended.exitCode()).as("%s: %s", String.join(" ", arguments), ended.err()).isZero();
    return ended;
  }

  private RunningCommand start(String... arguments) throws Exception {
    RunningCommand command = caisson.start(arguments);
    running.add(command);
    return command;
  }

  private static String ready(RunningCommand command) throws Exception {
    command.await("READY", () -> command.out().contains("READY "));
    return command
        .out()
        .lines()
        .filter(l -> l.startsWith("READY "))
        .findFirst()
        .orElseThrow()
        .substring("READY ".length());
  }
}
