package dev.caisson.cli.endtoend;

import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.HoldOut;
import dev.caisson.dataset.SplitKey;
import dev.caisson.dataset.Table;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What only one who may read every home of a demo can know: each site's persons, divided as the
/// site itself divided them.
record AllHomes(StudyPlan plan, List<LocalStudy> studies) {
  static AllHomes of(FinishedDemo demo) throws Exception {
    StudyPlan plan = PlanReader.read("plan.yaml", Files.readAllBytes(demo.plan()));
    List<LocalStudy> studies = new ArrayList<>();
    for (String site : FinishedDemo.SITES) {
      Path home = demo.site(site);
      Table table =
          Table.read(
              home.resolve("table.csv"), DatasetDescription.read(home.resolve("dataset.yaml")));
      try (SplitKey key = SplitKey.load(home.resolve("split.key"));
          HoldOut holdOut = key.holdOut(plan.digest(), plan.holdOutFraction())) {
        studies.add(
            new LocalStudy(
                site,
                plan,
                PlannedModel.of(plan.model().orElseThrow(), plan.seed()),
                holdOut.split(table.samples(), 1),
                holdOut.commitment()));
      }
    }
    return new AllHomes(plan, studies);
  }
}
