package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.endtoend.Caisson.Ended;
import dev.caisson.server.store.CoordinatorDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real federation of processes, as `run-a-federation-by-hand` starts it, whose coordinator is
/// killed while it trains. The same plan trained before, undisturbed, says what must come out:
/// sites send the same numbers for the same plan.
final class KilledCoordinatorIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROUNDS = 12;

  @TempDir Path folder;
  private final List<RunningCommand> running = new ArrayList<>();

  @AfterEach
  void stop() {
    running.forEach(RunningCommand::close);
  }

  @Test
  void aStudyWhoseCoordinatorIsKilledAgainAndAgainComesToTheSameVector() throws Exception {
    Caisson caisson = new Caisson(folder);
    Path work = folder.resolve("work");
    Ended demo =
        caisson.run(
            "demo", "--rounds", "1", "--seeds", "1", "--workdir", work.toString(), "--json");
    assertThat(demo.exitCode()).as(demo.err()).isZero();
    String me = work.resolve("people/researcher").toString();
    String yaml = Files.readString(Path.of(me, "federation.yaml"));
    String port = port(yaml, "coordinator");
    Path plan = work.resolve("my-plan.yaml");
    Files.writeString(
        plan,
        Files.readString(work.resolve("plan-seed-1.yaml"))
            .replaceFirst("(?m)^seed: \\d+", "seed: 7")
            .replaceFirst("(?m)^rounds: \\d+", "rounds: " + ROUNDS));

    RunningCommand coordinator = coordinator(caisson, work, port);
    for (String site : FinishedDemo.SITES) {
      serve(caisson, "site", "run", "--home", work.resolve("sites/" + site).toString());
    }
    serve(
        caisson,
        "airlock",
        "serve",
        "--home",
        work.resolve("airlock").toString(),
        "--coordinator",
        "127.0.0.1:" + port,
        "--port",
        port(yaml, "airlock"));

    String calm = submit(caisson, me, plan);
    Ended watched = caisson.run("study", "watch", "--as", me, calm);
    assertThat(watched.exitCode()).as(watched.out()).isZero();
    assertThat(watched.lastLine()).startsWith("finished");

    String killed = submit(caisson, me, plan);
    RunningCommand watch = caisson.start("study", "watch", "--as", me, "--json", killed);
    running.add(watch);
    for (int round : List.of(2, 5, 9)) {
      watch.await("round " + round, () -> watch.out().contains("\"round\":" + round + ","));
      coordinator.signal("KILL");
      coordinator.end();
      coordinator = coordinator(caisson, work, port);
    }
    Ended end = watch.end();
    assertThat(end.exitCode()).as(end.out()).isZero();
    List<Integer> rounds = new ArrayList<>();
    long sequence = 0;
    for (String line : end.out().lines().toList()) {
      JsonNode event = JSON.readTree(line);
      assertThat(event.get("sequence").longValue()).isEqualTo(sequence++);
      if (event.has("round")) {
        rounds.add(event.get("round").intValue());
      }
    }
    assertThat(JSON.readTree(end.lastLine()).get("state").textValue()).isEqualTo("finished");
    assertThat(rounds).as("each round once").hasSize(ROUNDS + 1).isSorted();

    coordinator.signal("TERM");
    assertThat(coordinator.end().exitCode()).isEqualTo(143);
    assertThat(head(work, killed)).isEqualTo(head(work, calm));
  }

  private RunningCommand coordinator(Caisson caisson, Path work, String port) throws Exception {
    return serve(
        caisson,
        "coordinator",
        "run",
        "--home",
        work.resolve("coordinator").toString(),
        "--port",
        port);
  }

  private RunningCommand serve(Caisson caisson, String... arguments) throws Exception {
    RunningCommand command = caisson.start(arguments);
    running.add(command);
    command.await("READY", () -> command.out().contains("READY"));
    return command;
  }

  private static String submit(Caisson caisson, String me, Path plan) throws Exception {
    Ended submitted = caisson.run("study", "submit", "--as", me, plan.toString());
    assertThat(submitted.exitCode()).as(submitted.err()).isZero();
    return submitted.lastLine();
  }

  private static String port(String yaml, String whose) {
    Matcher found = Pattern.compile(whose + ": .*port: (\\d+)").matcher(yaml);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static String head(Path work, String study) throws Exception {
    return CoordinatorDatabase.open(work.resolve("coordinator"))
        .<String, RuntimeException>read(
            sql ->
                sql.createQuery("SELECT hex(head) FROM study WHERE name = ? AND state = 'finished'")
                    .bind(0, study)
                    .mapTo(String.class)
                    .one());
  }
}
