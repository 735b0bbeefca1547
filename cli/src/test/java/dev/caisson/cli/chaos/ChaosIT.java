package dev.caisson.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Studies that are disturbed at every boundary, by seeds: ten in `./test`, a hundred with
/// `-Pchaos`; one alone with `-Dcaisson.chaos.first=SEED -Dcaisson.chaos.schedules=1`.
final class ChaosIT {
  private static final int FIRST = Integer.getInteger("caisson.chaos.first", 1);
  private static final int SCHEDULES = Integer.getInteger("caisson.chaos.schedules", 10);

  private static final Set<Boundary> COORDINATOR_STRUCK = ConcurrentHashMap.newKeySet();
  private static final Set<Boundary> SITE_STRUCK = ConcurrentHashMap.newKeySet();

  static IntStream seeds() {
    return IntStream.range(FIRST, FIRST + SCHEDULES);
  }

  @Test
  void undisturbedStudyGivesTheSimulatedModel(@TempDir Path folder) throws Exception {
    holds(new Schedule(0, 3, List.of()), folder);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void endsInADefinedStateAndCountsEverybodyOnce(int seed, @TempDir Path folder) throws Exception {
    holds(Schedule.of(seed), folder);
  }

  private static void holds(Schedule schedule, Path folder) throws Exception {
    Disturbed.Ended ended;
    Homes homes;
    try (LiveFederation federation =
        new LiveFederation(folder, Schedule.SITES, Disturbed.PATIENCE_SECONDS)) {
      homes = federation.homes();
      ended = Disturbed.run(federation, schedule);
    }
    ended.done().forEach(ChaosIT::note);
    Findings findings = new Findings(homes, ended.plan());
    findings.nobodyAnsweredTwice();
    if (schedule.losesNobody()) {
      assertThat(ended.summary().state()).as(ended.toString()).isEqualTo("candidate");
    } else {
      assertThat(ended.summary().state())
          .as(ended.toString())
          .isIn("candidate", "paused", "failed");
      assertThat(ended.summary().reason()).as(ended.toString()).isNotBlank();
    }
    if (ended.trained().isPresent()) {
      findings.everySumIsOfWhoSent(ended.trained().get());
      findings.statesFollow(ended.trained().get());
    }
  }

  private static void note(Fault fault) {
    switch (fault) {
      case Fault.KillCoordinator(Trigger when, _) -> COORDINATOR_STRUCK.add(when.boundary());
      case Fault.KillSite(_, Trigger when, _) -> SITE_STRUCK.add(when.boundary());
      case Fault.LoseSite(_, Trigger when) -> SITE_STRUCK.add(when.boundary());
      case Fault.Line _ -> {}
    }
  }

  @AfterAll
  static void everyBoundaryWasStruck() {
    if (SCHEDULES >= Boundary.values().length) {
      assertThat(COORDINATOR_STRUCK).isEqualTo(EnumSet.allOf(Boundary.class));
      assertThat(SITE_STRUCK).isEqualTo(EnumSet.allOf(Boundary.class));
    }
  }
}
