package dev.caisson.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, 91})
  void tenSeedsInARowStrikeCoordinatorAndASiteAtEveryBoundary(int first) {
    Set<Boundary> coordinator = EnumSet.noneOf(Boundary.class);
    Set<Boundary> site = EnumSet.noneOf(Boundary.class);
    Set<Fault.Trouble> lines = EnumSet.noneOf(Fault.Trouble.class);
    for (int seed = first; seed < first + 10; seed++) {
      for (Fault fault : Schedule.of(seed).faults()) {
        switch (fault) {
          case Fault.KillCoordinator(Trigger when, _) -> coordinator.add(when.boundary());
          case Fault.KillSite(_, Trigger when, _) -> site.add(when.boundary());
          case Fault.LoseSite(_, Trigger when) -> site.add(when.boundary());
          case Fault.Line(_, _, Fault.Trouble trouble, _) -> lines.add(trouble);
        }
      }
    }
    assertThat(coordinator).isEqualTo(EnumSet.allOf(Boundary.class));
    assertThat(site).isEqualTo(EnumSet.allOf(Boundary.class));
    assertThat(lines).isEqualTo(EnumSet.allOf(Fault.Trouble.class));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 23})
  void sameSeedGivesTheSameFaults(int seed) {
    assertThat(Schedule.of(seed)).isEqualTo(Schedule.of(seed));
    assertThat(Schedule.of(seed)).isNotEqualTo(Schedule.of(seed + 100));
  }
}
