package dev.caisson.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.process.ChildProcess;
import dev.caisson.protocol.study.StudyPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One site's identity in two processes, as after a virtual machine was cloned.
final class TwoAgentsIT {
  private static final String TWIN = "site-1";
  private static final long TICK = 200;
  private static final Pattern CAUSE =
      Pattern.compile("with this site's identity|with the identity of site '" + TWIN);

  @TempDir Path folder;

  @Test
  void secondAgentInOneHomeIsRefusedInWords() throws Exception {
    try (LiveFederation federation = new LiveFederation(folder, 3, 30)) {
      federation.startSite(TWIN).ready(LiveFederation.START);
      ChildProcess second = federation.startSite(TWIN);
      assertThat(second.exit().get(LiveFederation.START.toSeconds(), TimeUnit.SECONDS)).isNotZero();
      assertThat(Files.readString(second.log())).contains("another process runs on");
    }
  }

  @Test
  void copyOfAHomeIsNamedAndCountsNobodyTwice() throws Exception {
    try (LiveFederation federation =
        new LiveFederation(folder, Schedule.SITES, Disturbed.PATIENCE_SECONDS)) {
      Homes homes = federation.homes();
      Path copy = folder.resolve("copy");
      copy(homes.site(TWIN), copy);
      federation.start();
      ChildProcess first = federation.agent(TWIN);
      ChildProcess second = federation.startIn(copy, TWIN);
      second.ready(LiveFederation.START);
      StudyPlan plan = Disturbed.plan(homes, "twins", 5, Schedule.THRESHOLD);
      String study = Disturbed.submit(federation, plan);
      Trained trained;
      try (Onlooker onlooker = new Onlooker(federation, study)) {
        StudiesClient.Summary summary =
            onlooker.await(
                Disturbed.LIMIT, s -> List.of("candidate", "failed").contains(s.state()));
        assertThat(summary.state()).as(summary.toString()).isEqualTo("candidate");
        trained = Trained.fetch(federation, study);
      }
      Findings findings = new Findings(homes, plan);
      findings.also(TWIN, copy.resolve("ledger.jsonl"));
      findings.nobodyAnsweredTwice();
      findings.everySumIsOfWhoSent(trained);
      findings.statesFollow(trained);
      // the first is told at once, the others when it has tried again
      for (Path log :
          List.of(
              homes.site(TWIN).resolve("site-events.log"),
              copy.resolve("site-events.log"),
              homes.coordinator().resolve("coordinator-events.log"))) {
        awaitCause(log);
      }
      assertThat(first.isAlive()).isTrue();
      assertThat(second.isAlive()).isTrue();
    }
  }

  private static void awaitCause(Path log) throws IOException, InterruptedException {
    long until = System.nanoTime() + Disturbed.LIMIT.toNanos();
    while (!CAUSE.matcher(Files.readString(log)).find()) {
      assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(until);
      Thread.sleep(TICK);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
