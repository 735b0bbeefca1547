package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.endtoend.Caisson.Ended;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator does with a coordinator: look at it, back it up while it runs, stop it, put the
/// backup back elsewhere. On a copy of a finished demo's home.
final class OperationsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // set before each
  private Caisson caisson;

  @SuppressWarnings("NullAway.Init") // set before each
  private Path home;

  @SuppressWarnings("NullAway.Init") // set before each
  private Path me;

  @BeforeEach
  void copy() throws Exception {
    FinishedDemo demo = FinishedDemo.get();
    caisson = new Caisson(folder);
    home = folder.resolve("coordinator");
    me = folder.resolve("researcher");
    copy(demo.workdir().resolve("coordinator"), home);
    copy(demo.workdir().resolve("people/researcher"), me);
  }

  @Test
  void aRunningCoordinatorSaysHowItDoesAndComesBackFromItsBackup() throws Exception {
    Path backup = folder.resolve("backup.zip");
    try (RunningCommand coordinator = start(home)) {
      JsonNode ready = ready(coordinator);
      String operations = "http://127.0.0.1:" + ready.get("operations").intValue();
      assertThat(get(operations + "/ready").statusCode()).isEqualTo(200);
      assertThat(get(operations + "/metrics").body())
          .contains("caisson_sites_connected 0.0", "caisson_studies{state=\"training\"} 0.0")
          .doesNotContain("recurrence"); // a study's name says what is studied
      Ended status = caisson.run("status", "--home", home.toString(), "--json");
      assertThat(status.exitCode()).as(status.err()).isZero();
      assertThat(JSON.readTree(status.lastLine()).get("pid").longValue())
          .isEqualTo(coordinator.pid());
      Ended second = caisson.run("coordinator", "run", "--home", home.toString());
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.err()).contains("another process runs on");

      String study = finished(ready.get("port").intValue());
      Ended curve =
          caisson.run(
              "study",
              "metrics",
              "--as",
              me.toString(),
              study,
              "--tensorboard",
              folder.resolve("curves").toString());
      assertThat(curve.exitCode()).as(curve.err()).isZero();
      assertThat(FinishedDemo.files(folder.resolve("curves"))).hasSize(1);

      Ended kept = caisson.run("backup", "--home", home.toString(), "--out", backup.toString());
      assertThat(kept.exitCode()).as(kept.err()).isZero();
      coordinator.signal("TERM");
      assertThat(coordinator.end().exitCode()).isEqualTo(143);
    }
    assertThat(caisson.run("status", "--home", home.toString()).exitCode()).isEqualTo(4);
    for (String line : Files.readAllLines(home.resolve("coordinator-events.log"))) {
      if (line.startsWith("{")) { // what the demo wrote before is text
        assertThat(JSON.readTree(line).has("formattedMessage")).isTrue();
      }
    }

    Path again = folder.resolve("again");
    Ended restored = caisson.run("restore", backup.toString(), "--home", again.toString());
    assertThat(restored.exitCode()).as(restored.err()).isZero();
    try (RunningCommand coordinator = start(again)) {
      finished(ready(coordinator).get("port").intValue());
    }
  }

  private RunningCommand start(Path where) throws IOException {
    return caisson.start(
        "coordinator",
        "run",
        "--home",
        where.toString(),
        "--operations",
        "127.0.0.1:0",
        "--log-format",
        "json");
  }

  private static JsonNode ready(RunningCommand command) throws Exception {
    command.await("READY", () -> command.out().contains("READY"));
    return JSON.readTree(
        command
            .out()
            .lines()
            .filter(l -> l.startsWith("READY"))
            .findFirst()
            .orElseThrow()
            .substring(6));
  }

  /// The name of the study that the demo finished, as its coordinator tells it at this port.
  private String finished(int port) throws Exception {
    Path settings = me.resolve("federation.yaml");
    Files.writeString(
        settings,
        Files.readString(settings).replaceFirst("(coordinator: .*port: )\\d+", "$1" + port));
    Ended list = caisson.run("study", "list", "--as", me.toString(), "--json");
    assertThat(list.exitCode()).as(list.err()).isZero();
    JsonNode study = JSON.readTree(list.lastLine());
    assertThat(study.get("state").textValue()).isEqualTo("finished");
    return study.get("study").textValue();
  }

  private static HttpResponse<String> get(String url) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }
}
