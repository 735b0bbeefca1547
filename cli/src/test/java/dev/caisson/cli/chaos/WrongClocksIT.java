package dev.caisson.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.cli.process.ChildProcess;
import dev.caisson.protocol.study.StudyPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clocks that are an hour off, both ways. A site's clock here is the agent's own; TLS goes by the
/// system's, for which certificates are valid from a day ago.
final class WrongClocksIT {
  @TempDir Path folder;

  @Test
  void sitesAnHourOffTakePartInEveryRound() throws Exception {
    try (LiveFederation federation =
        new LiveFederation(folder, Schedule.SITES, Disturbed.PATIENCE_SECONDS)) {
      Homes homes = federation.homes();
      federation.startCoordinator();
      List<ChildProcess> agents = new ArrayList<>();
      for (String site : homes.sites()) {
        String minutes = site.equals("site-1") ? "60" : site.equals("site-2") ? "-60" : "0";
        agents.add(federation.startSite(site, "--clock-minutes=" + minutes));
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
