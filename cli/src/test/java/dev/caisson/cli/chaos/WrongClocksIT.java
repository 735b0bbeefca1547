package dev.caisson.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.cli.process.ChildProcess;
import dev.caisson.protocol.study.StudyPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clocks that are an hour off, both ways. A site's clock here is the agent's own; TLS goes by the
/// system's, for which certificates are valid from a day ago.
final class WrongClocksIT {
  @TempDir Path folder;

  /// Two sites that are wrong in opposite ways; and all of them ahead, which is a coordinator that
  /// is behind.
  @ParameterizedTest
  @ValueSource(strings = {"60, -60, 0, 0", "60, 60, 60, 60"})
  void clocksAnHourOffCostNobodyARound(String minutes) throws Exception {
    List<String> ahead = List.of(minutes.split(", "));
    try (LiveFederation federation =
        new LiveFederation(folder, Schedule.SITES, Disturbed.PATIENCE_SECONDS)) {
      Homes homes = federation.homes();
      federation.startCoordinator();
      List<ChildProcess> agents = new ArrayList<>();
      for (String site : homes.sites()) {
        String off = ahead.get(homes.sites().indexOf(site));
        agents.add(federation.startSite(site, "--clock-minutes=" + off));
      }
      for (ChildProcess agent : agents) {
        agent.ready(LiveFederation.START);
      }
      StudyPlan plan = Disturbed.plan(homes, "clocks", 3, Schedule.THRESHOLD);
      String study = Disturbed.submit(federation, plan);
      try (Onlooker onlooker = new Onlooker(federation, study)) {
        onlooker.await(Disturbed.LIMIT, summary -> summary.state().equals("candidate"));
      }
      Trained trained = Trained.fetch(federation, study);
      assertThat(trained.rounds())
          .allSatisfy(round -> assertThat(round.survivors()).isEqualTo(homes.sites()));
      Findings findings = new Findings(homes, plan);
      findings.nobodyAnsweredTwice();
      findings.everySumIsOfWhoSent(trained);
      findings.statesFollow(trained);
    }
  }
}
