package dev.caisson.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.cli.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many quick rounds: 150 in `./test`, 500 with `-Pchaos` (`-Dcaisson.chaos.rounds=N`).
final class NothingLeaksIT {
  private static final int ROUNDS = Integer.getInteger("caisson.chaos.rounds", 150);
  private static final int SITES = 3;
  private static final Duration LIMIT = Duration.ofMinutes(20);

  /// More than the rounds that a site keeps records of, so that the old ones go.
  private static final int WARM = 50;

  /// One thing left behind in each round would be as many as there are rounds between; pools may
  /// have grown by this.
  private static final int SLACK = 12;

  @TempDir Path folder;

  /// What the processes hold, and their homes.
  private record Held(Map<String, Long> counts) {}

  @Test
  void roundsLeaveNoFileThreadOrDescriptorBehind() throws Exception {
    try (LiveFederation federation = new LiveFederation(folder, SITES, 60)) {
      federation.start();
      String study =
          Disturbed.submit(federation, Disturbed.plan(federation.homes(), "many", ROUNDS, SITES));
      try (Onlooker onlooker = new Onlooker(federation, study)) {
        onlooker.await(LIMIT, summary -> summary.roundsDone() >= WARM);
        Held before = look(federation);
        onlooker.await(LIMIT, summary -> summary.roundsDone() >= ROUNDS - 1);
        Held after = look(federation);
        onlooker.await(LIMIT, summary -> summary.state().equals("candidate"));
        before
            .counts()
            .forEach(
                (what, count) ->
                    assertThat(after.counts().get(what))
                        .as("%s, after %d rounds and %d", what, WARM, ROUNDS)
                        .isLessThanOrEqualTo(count + SLACK));
      }
    }
  }

  private static Held look(LiveFederation federation) throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    process(counts, "the coordinator", federation.coordinator());
    Path home = federation.homes().coordinator();
    counts.put("files of the coordinator", (long) Homes.files(home).size());
    for (String site : federation.homes().sites()) {
      process(counts, site, federation.agent(site));
      counts.put("files of " + site, (long) Homes.files(federation.homes().site(site)).size());
    }
    return new Held(counts);
  }

  private static void process(Map<String, Long> counts, String name, ChildProcess process)
      throws IOException {
    counts.put("threads of " + name, entries(process, "task"));
    counts.put("descriptors of " + name, entries(process, "fd"));
  }

  private static long entries(ChildProcess process, String what) throws IOException {
    try (var entries = Files.list(Path.of("/proc", Long.toString(process.pid()), what))) {
      return entries.count();
    }
  }
}
