package dev.caisson.cli.demo;

import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.trust.Digest;
import dev.caisson.yaml.BadYamlException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The demo's study, as a researcher would write it.
final class DemoPlan {
  private static final double HELD_OUT = 0.2;
  static final String PROJECT = "breast-cancer";

  private DemoPlan() {}

  static StudyPlan of(
      int rounds,
      int seed,
      String engine,
      List<String> sites,
      Digest dataset,
      int features,
      DemoData.Persons persons) {
    String text =
        """
        # A study plan: everything that the sites will do, and nothing else.
        version: caisson/study/v1
        name: recurrence-s%d
        project: %s
        sites: [%s]
        rounds: %d
        seed: %d                   # first weights and batch order; sites choose whom they hold out
        dataset: %s

        hold-out: {fraction: %s}  # of each site's persons; they never train

        model: {kind: mlp, inputs: %d, hidden: [16]}

        training: {epochs: 1, batch: 32, optimiser: sgd, learning-rate: 0.05, momentum: 0.9, weight-decay: 0.001%s}

        aggregation:
          threshold: 3             # no sum of fewer sites is ever opened
          clip-norm: 5             # longer updates are scaled down to this L2 norm
          weights: {mode: fixed-denominator, maximum: %d, denominator: %d}
          upload-after-ms: 100     # everybody uploads at the same time, however small their table
          seconds-per-round: 60

        audit: {smallest-cell: 10, max-persons: 100000}
        """
            .formatted(
                seed,
                PROJECT,
                String.join(", ", sites),
                rounds,
                seed,
                dataset,
                HELD_OUT,
                features,
                engine.equals("pytorch") ? "" : ", engine: " + engine,
                roundUp(persons.most()),
                denominator(persons.all()));
    try {
      return PlanReader.read("plan.yaml", text.getBytes(StandardCharsets.UTF_8));
    } catch (BadYamlException e) {
      throw new IllegalStateException("the demo's own plan is valid for checked arguments", e);
    }
  }

  /// The next full thousand: a bound, not a count.
  private static int roundUp(int persons) {
    return (persons / 1000 + 1) * 1000;
  }

  /// About how many train, in full hundreds: public, so that no sum of weights need be sent.
  private static long denominator(int persons) {
    return Math.max(1, Math.round(persons * (1 - HELD_OUT) / 100)) * 100;
  }
}
