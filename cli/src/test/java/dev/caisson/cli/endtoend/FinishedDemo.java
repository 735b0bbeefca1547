package dev.caisson.cli.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.endtoend.Caisson.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// One small demo that has run to its end, shared by the tests that only look at what it left. It
/// stays in the build directory for whoever wants to see why a test failed.
///
/// @param json what the last line of its output says
record FinishedDemo(Path workdir, Ended ended, JsonNode json) {
  static final int ROUNDS = 3;
  static final List<String> SITES = List.of("gbsg", "rotterdam-early", "rotterdam-late");

  private static final Map<Integer, FinishedDemo> SHARED = new TreeMap<>();

  static FinishedDemo get() throws IOException, InterruptedException {
    return of(ROUNDS);
  }

  /// One that trained for so many rounds.
  static synchronized FinishedDemo of(int rounds) throws IOException, InterruptedException {
    FinishedDemo shared = SHARED.get(rounds);
    if (shared == null) {
      Path scratch =
          Files.createTempDirectory(
              Files.createDirectories(Caisson.PROJECT.resolve("cli/target/end-to-end")), "demo-");
      Path workdir = scratch.resolve("work");
      Ended ended =
          new Caisson(scratch)
              .run(
                  "demo",
                  "--workdir",
                  workdir.toString(),
                  "--rounds",
                  Integer.toString(rounds),
                  "--seeds",
                  "1",
                  "--json");
      if (ended.exitCode() != 0) {
        throw new AssertionError("the demo failed: " + ended);
      }
      shared = new FinishedDemo(workdir, ended, new ObjectMapper().readTree(ended.lastLine()));
      SHARED.put(rounds, shared);
    }
    return shared;
  }

  Path site(String name) {
    return workdir.resolve("sites").resolve(name);
  }

  Path bundle() {
    return Path.of(json.get("bundle").textValue());
  }

  /// The plan that was trained, as the demo kept it.
  Path plan() {
    return workdir.resolve("plan-seed-1.yaml");
  }

  /// Every file beneath a folder.
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
