package dev.caisson.airlock.service;

import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.federated.FederatedAuditPlan;
import dev.caisson.airlock.federated.SiteEvidence;
import dev.caisson.airlock.rows.RowScanCount;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.trust.Digest;
import dev.caisson.yaml.BadYamlException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A finished study of a logistic regression over four features at sites a, b and c, and what its
/// audit sums to, all from fixed seeds.
final class Studies {
  static final List<String> SITES = List.of("a", "b", "c");
  static final OnnxModel MODEL = ModelSpec.logistic(4, 1, 7).build();
  static final float[] TRAINED = {0.5f, -0.25f, 1, 0.75f, -0.5f};
  static final String PLAN =
      """
      version: caisson/study/v1
      name: small
      project: trial
      sites: [a, b, c]
      rounds: 2
      seed: 7
      dataset: %s
      hold-out: {fraction: 0.3}
      model: {kind: logistic, inputs: 4}
      training: {epochs: 1, batch: 16, optimiser: sgd, learning-rate: 0.1}
      aggregation:
        threshold: 3
        clip-norm: 2
        weights: {mode: equal}
        upload-after-ms: 0
        seconds-per-round: 30
      audit: {smallest-cell: 5, max-persons: 500}
      """
          .formatted(Digest.ofText("data"));

  private Studies() {}

  static StudyPlan plan() {
    try {
      return PlanReader.read("plan", PLAN.getBytes(StandardCharsets.UTF_8));
    } catch (BadYamlException e) {
      throw new IllegalStateException(e);
    }
  }

  static Candidate candidate(String study) {
    return candidate(study, "ann", MODEL.digest(), MODEL.layout().length());
  }

  static Candidate candidate(String study, String submitter, Digest model, int parameters) {
    TreeMap<String, Digest> holdOuts = new TreeMap<>();
    SITES.forEach(site -> holdOuts.put(site, Digest.ofText(site)));
    return new Candidate(
        study,
        submitter,
        plan(),
        model,
        Digest.of(ParameterManifest.bytes(TRAINED)),
        parameters,
        SITES,
        3,
        List.of(Digest.ofText("r1"), Digest.ofText("r2"), Digest.ofText("r3")),
        holdOuts,
        "test");
  }

  /// The sums of three honest sites with 60 members and 40 held out each.
  static long[] sums(long rowHits) {
    FederatedAuditPlan plan = FederatedAuditPlan.forBinaryClassifier(5, 500);
    SplittableRandom random = new SplittableRandom(11);
    long[] sums = new long[plan.length()];
    for (int site = 0; site < SITES.size(); site++) {
      long[] values =
          SiteEvidence.of(
                  plan,
                  people(random, 60),
                  people(random, 40),
                  new RowScanCount(60, 0, site == 0 ? rowHits : 0, 0))
              .values();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
    }
    return sums;
  }

  private static Predictions people(SplittableRandom random, int persons) {
    float[] logits = new float[persons];
    float[] labels = new float[persons];
    for (int i = 0; i < persons; i++) {
      labels[i] = i % 2;
      logits[i] = (float) (random.nextGaussian() + (labels[i] - 0.5));
    }
    return new Predictions(Task.BINARY, 1, logits, labels);
  }
}
