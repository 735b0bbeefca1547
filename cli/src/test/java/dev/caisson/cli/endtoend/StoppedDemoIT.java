package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.endtoend.Caisson.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Demos whose processes are stopped and killed from outside.
final class StoppedDemoIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PROCESSES = 5; // a coordinator, three sites, an airlock

  @TempDir private Path temporary = Path.of("");
  private Path directory = Path.of("");

  @BeforeEach
  void real() throws IOException {
    directory = temporary.toRealPath();
  }

  /// The site is stopped first and killed only when all are in a round to which it has not yet
  /// consented: that round cannot have ended, however the machine schedules, and nobody has
  /// answered its state (a state is answered once, so one whose answers were lost could not be
  /// tried again). Meanwhile another demo of the same user runs from start to end.
  @Test
  void siteKilledMidRoundEndsTheRoundAndTheStudyCompletesBesideAnotherDemo() throws Exception {
    Caisson caisson = new Caisson(directory);
    try (RunningCommand demo = caisson.start("demo", "--rounds", "12", "--seeds", "1");
        RunningCommand other = caisson.start("demo", "--rounds", "1", "--seeds", "1", "--json")) {
      demo.awaitErr("round  1/12");
      Path workdir = workdir(demo.out());
      ProcessHandle site = demo.child(workdir.resolve("sites/gbsg") + " ");
      demo.await("moment before consent", () -> stopBeforeConsent(site, workdir));
      demo.await("round without the stopped site", () -> othersHaveBegunItsRound(workdir));
      site.destroyForcibly();

      Ended ended = demo.end();
      assertThat(ended.exitCode()).as(ended.err()).isZero();
      assertThat(ended.err())
          // whichever the coordinator hears first: that its line is gone, or of the next process
          .containsPattern(
              "ended without a result: .*'gbsg' (disconnected|was started anew).*nothing was"
                  + " opened")
          .contains("site 'gbsg' has ended (killed); starting it again")
          .contains("round 12/12")
          .doesNotContain("\tat ");
      assertThat(ended.out()).contains("the airlock's verdict: needs a person");
      for (String name : FinishedDemo.SITES) {
        assertThat(answers(workdir, name)).hasSize(12 + 2).doesNotHaveDuplicates();
      }
      RunningCommand.awaitNoneNaming(workdir);

      Ended beside = other.end();
      assertThat(beside.exitCode()).as(beside.err()).isZero();
      Path bundle = Path.of(JSON.readTree(beside.lastLine()).get("bundle").textValue());
      assertThat(bundle).isDirectory();
      assertThat(bundle.startsWith(workdir)).isFalse();
    }
  }

  /// SIGINT goes to the whole process group, as Ctrl-C does; the others to the demo alone.
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "KILL, 137"})
  void signalLeavesNoProcessBehind(String signal, int exitCode) throws Exception {
    Path workdir = directory.resolve("work");
    try (RunningCommand demo =
        new Caisson(directory)
            .start("demo", "--rounds", "200", "--seeds", "1", "--workdir", workdir.toString())) {
      demo.awaitErr("round   1/200");
      assertThat(demo.descendants()).hasSize(PROCESSES);
      assertThat(RunningCommand.naming(workdir)).hasSize(1 + PROCESSES);
      if (signal.equals("INT")) {
        demo.signalGroup(signal);
      } else {
        demo.signal(signal);
      }
      Ended ended = demo.end();
      assertThat(ended.exitCode()).isEqualTo(exitCode);
      RunningCommand.awaitNoneNaming(workdir);
      assertThat(ended.err()).doesNotContain("\tat ", "Exception", "caisson: ");
    }
  }

  private static Path workdir(String out) {
    String first = out.lines().findFirst().orElseThrow();
    assertThat(first).startsWith("working in ");
    return Path.of(first.substring("working in ".length()));
  }

  /// Stops the site; lets it go on if that was at the wrong moment.
  private static boolean stopBeforeConsent(ProcessHandle site, Path workdir) throws IOException {
    RunningCommand.signal("STOP", Long.toString(site.pid()));
    Path status = Path.of("/proc/%d/status".formatted(site.pid()));
    if (Files.readString(status).contains("State:\tT")
        && rounds(workdir, "gbsg", "keys").size() > rounds(workdir, "gbsg", "consent").size()) {
      return true;
    }
    RunningCommand.signal("CONT", Long.toString(site.pid()));
    return false;
  }

  private static boolean othersHaveBegunItsRound(Path workdir) throws IOException {
    String round = rounds(workdir, "gbsg", "keys").getLast();
    return rounds(workdir, "rotterdam-early", "keys").contains(round)
        && rounds(workdir, "rotterdam-late", "keys").contains(round);
  }

  private static List<String> rounds(Path workdir, String site, String message) throws IOException {
    List<String> rounds = new ArrayList<>();
    for (JsonNode entry : ledger(workdir, site)) {
      if (entry.path("message").asText().equals(message)) {
        rounds.add(entry.get("round").textValue());
      }
    }
    return rounds;
  }

  private static List<String> answers(Path workdir, String site) throws IOException {
    Map<String, String> bases = new HashMap<>();
    List<String> answers = new ArrayList<>();
    for (JsonNode line : ledger(workdir, site)) {
      JsonNode entry = line.path("entry");
      String manifest = entry.path("manifest").asText();
      switch (line.get("what").textValue()) {
        case "begun" ->
            bases.put(
                manifest, entry.get("purpose").textValue() + " " + entry.get("state").textValue());
        case "answered" -> answers.add(bases.get(manifest));
        default -> {}
      }
    }
    return answers;
  }

  /// Its whole lines: the last one may be under way.
  private static List<JsonNode> ledger(Path workdir, String site) throws IOException {
    String text = Files.readString(workdir.resolve("sites").resolve(site).resolve("ledger.jsonl"));
    List<JsonNode> entries = new ArrayList<>();
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      entries.add(JSON.readTree(line));
    }
    return entries;
  }
}
