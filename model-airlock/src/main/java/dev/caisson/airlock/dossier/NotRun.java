package dev.caisson.airlock.dossier;

import dev.caisson.airlock.Finding;
import java.util.List;

/// An examination that did not take place, and why: the reader must not take silence for a pass.
/// The words must hold nothing of the data: they are published as they stand.
public record NotRun(String what, String why) {
  public NotRun {
    what = Finding.printable(what);
    why = Finding.printable(why, 1000);
  }

  private static final NotRun REFERENCES =
      new NotRun(
          "Reference-model attacks (LiRA, ratio family, memorisation)",
          "not built yet. They find leaks that LOSS misses; without one nothing clears a model.");
  private static final NotRun EARLIER =
      new NotRun(
          "Comparison with earlier releases",
          "no ledger of earlier models on the same persons was consulted.");

  /// What no audit by summed scores does today.
  public static List<NotRun> ofFederatedAudit() {
    return List.of(
        REFERENCES,
        new NotRun(
            "Quantile, worst-case and attribute-inference attacks",
            "not built yet for sites' sums."),
        new NotRun(
            "Release policy",
            "there is no signed policy, so no limit was applied to any attack's figure."),
        new NotRun(
            "Wiring check against a declared metric",
            "the submission declares no held-out metric; only an AUC under one half is looked for."),
        new NotRun(
            "Data hidden in the weights themselves",
            "weights are neither tested for a payload nor sanitised. Compressed, encrypted or permuted"
                + " data cannot be told from training noise by any test."),
        EARLIER);
  }

  /// What no assessment with rows at hand does today, whatever the model.
  public static List<NotRun> ofLocalAssessment() {
    return List.of(
        REFERENCES,
        new NotRun(
            "One-run audit and planted canaries",
            "need persons held out by committed coin flips, or canaries, before training began."),
        EARLIER);
  }
}
