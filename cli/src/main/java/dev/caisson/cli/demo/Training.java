package dev.caisson.cli.demo;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.people.Desk;
import dev.caisson.cli.progress.Progress;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Role;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The researcher's part: submits a study and watches it until its checkpoint is at the airlock's
/// door.
final class Training {
  private final Federation federation;
  private final Processes processes;
  private final Progress progress;

  Training(Federation federation, Processes processes, Progress progress) {
    this.federation = federation;
    this.processes = processes;
    this.progress = progress;
  }

  /// A trained study: the AUC of its final state, and what each site sent for it.
  record Trained(String study, double auc, SortedMap<String, Long> bytesOut) {}

  /// @param before rounds of earlier studies, for the bar
  Trained run(StudyPlan plan, int before, int total)
      throws CommandFailure, IOException, InterruptedException {
    try (StudiesClient client =
        new StudiesClient(Desk.open(federation.researcher(), Role.RESEARCHER))) {
      String study = client.submit(plan, PlannedModel.of(plan.model().orElseThrow(), plan.seed()));
      SortedMap<String, Long> bytesOut = new TreeMap<>();
      double[] auc = {Double.NaN};
      String[] failed = {""};
      try {
        client.watch(
            study,
            new StudiesClient.Listener() {
              @Override
              public boolean seen(StudiesClient.Event event) {
                if (!event.metrics().isEmpty()) {
                  event.bytesOut().forEach((site, bytes) -> bytesOut.merge(site, bytes, Long::sum));
                  auc[0] = event.metrics().getOrDefault("auc", Double.NaN);
                  progress.update(
                      before + Math.min(event.round(), plan.rounds()),
                      total,
                      "loss %.4f  AUC %.4f  out %s"
                          .formatted(
                              event.metrics().getOrDefault("loss", Double.NaN),
                              auc[0],
                              perSite(bytesOut)));
                } else if (event.trouble()) {
                  progress.say(event.text());
                }
                failed[0] = event.state().equals("failed") ? event.text() : "";
                return !event.state().equals("candidate") && processes.failure().isEmpty();
              }

              @Override
              public boolean lost(String why) {
                return processes.failure().isEmpty();
              }
            });
      } catch (CommandFailure e) {
        throw processes.failure().map(CommandFailure::new).orElse(e);
      }
      Optional<String> failure = processes.failure();
      if (failure.isPresent()) {
        throw new CommandFailure(failure.get());
      }
      if (!failed[0].isEmpty()) {
        throw new CommandFailure("study '%s' failed: %s".formatted(study, failed[0]));
      }
      return new Trained(study, auc[0], bytesOut);
    }
  }

  private static String perSite(SortedMap<String, Long> bytesOut) {
    StringBuilder text = new StringBuilder();
    bytesOut.forEach(
        (site, bytes) -> {
          text.append(text.isEmpty() ? "" : ", ");
          text.append("%s %,d KiB".formatted(site, bytes / 1024));
        });
    return text.toString();
  }
}
