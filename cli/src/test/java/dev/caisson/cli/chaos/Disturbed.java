package dev.caisson.cli.chaos;

import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One study under one schedule, to its end.
final class Disturbed {
  /// Bounds a hang; measures nothing. Above what the schedules can cost: a coordinator that waits
  /// for a pinned site, a half-open connection that keep-alive finds, and rounds that end by their
  /// deadlines.
  static final Duration LIMIT = Duration.ofMinutes(4);

  static final int PATIENCE_SECONDS = 90;
  private static final Duration TICK = Duration.ofMillis(50);

  /// How a paused study is told from one that goes on by itself in a moment.
  private static final Duration STANDS = Duration.ofSeconds(5);

  private Disturbed() {}

  /// How it ended.
  ///
  /// @param trained empty where the study has no final state
  /// @param done the faults that came about
  /// @param undone those whose moment did not come
  record Ended(
      StudyPlan plan,
      StudiesClient.Summary summary,
      Optional<Trained> trained,
      List<Fault> done,
      List<Fault> undone) {
    @Override
    public String toString() {
      return "%s; done: %s; not come to: %s".formatted(summary, done, undone);
    }
  }

  /// A plan for these sites.
  static StudyPlan plan(Homes homes, String name, int rounds, int threshold) throws Exception {
    String text =
        """
        version: caisson/study/v1
        name: %s
        project: %s
        sites: [%s]
        rounds: %d
        seed: 11
        dataset: %s
        hold-out: {fraction: 0.3}
        model: {kind: logistic, inputs: %d}
        training: {epochs: 1, batch: 16, optimiser: sgd, learning-rate: 0.5}
        aggregation:
          threshold: %d
          clip-norm: 4
          weights: {mode: equal}
          upload-after-ms: 0
          seconds-per-round: 30
        audit: {smallest-cell: 5, max-persons: 500}
        """
            .formatted(
                name,
                Homes.PROJECT,
                String.join(", ", homes.sites()),
                rounds,
                homes.dataset().digest(),
                Persons.FEATURES,
                threshold);
    return PlanReader.read("plan.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  /// Submits the plan; returns the study's name.
  static String submit(LiveFederation federation, StudyPlan plan) throws Exception {
    try (StudiesClient client = federation.researcher()) {
      return client.submit(plan, PlannedModel.of(plan.model().orElseThrow(), plan.seed()));
    }
  }

  /// Runs a federation of its own through the schedule.
  static Ended run(LiveFederation federation, Schedule schedule) throws Exception {
    StudyPlan plan =
        plan(federation.homes(), "chaos-" + schedule.seed(), schedule.rounds(), Schedule.THRESHOLD);
    Map<String, Path> ledgers = new TreeMap<>();
    federation.homes().sites().forEach(site -> ledgers.put(site, federation.homes().ledger(site)));
    federation.start();
    try (Mischief mischief = new Mischief(federation, schedule);
        LedgerWatch _ = new LedgerWatch(ledgers, mischief)) {
      String study = submit(federation, plan);
      StudiesClient.Summary summary = await(federation, study, mischief, schedule);
      return new Ended(
          plan,
          summary,
          summary.state().equals("candidate")
              ? Optional.of(Trained.fetch(federation, study))
              : Optional.empty(),
          mischief.done(),
          mischief.waiting());
    }
  }

  private static StudiesClient.Summary await(
      LiveFederation federation, String study, Mischief mischief, Schedule schedule)
      throws Exception {
    long start = System.nanoTime();
    long stands = start;
    String last = "nothing";
    try (Onlooker onlooker = new Onlooker(federation, study)) {
      while (System.nanoTime() - start < LIMIT.toNanos()) {
        if (mischief.failure() != null) {
          throw new AssertionError("seed %d: %s".formatted(schedule.seed(), mischief.failure()));
        }
        boolean mended =
            mischief.isOver(); // else a strike at the end may find the coordinator away
        Optional<StudiesClient.Summary> found = onlooker.look();
        String state = found.map(StudiesClient.Summary::state).orElse("away");
        last = found.isPresent() ? found.get().toString() : last;
        if (!state.equals("paused")) {
          stands = System.nanoTime();
        }
        if (state.equals("candidate")) {
          for (String site : federation.homes().sites()) {
            mischief.accept(new Moment(site, Boundary.CANDIDATE, 0));
          }
        }
        boolean over =
            switch (state) {
              case "candidate", "failed" -> true;
              case "paused" ->
                  !schedule.losesNobody() && System.nanoTime() - stands > STANDS.toNanos();
              default -> false;
            };
        if (over && mended && mischief.isOver() && found.isPresent()) {
          return found.get();
        }
        Thread.sleep(TICK);
      }
    }
    throw new AssertionError(
        "seed %d: the study hangs; done: %s; to come: %s; last seen: %s"
            .formatted(schedule.seed(), mischief.done(), mischief.waiting(), last));
  }
}
