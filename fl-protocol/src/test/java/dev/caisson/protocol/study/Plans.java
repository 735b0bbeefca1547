package dev.caisson.protocol.study;

import dev.caisson.trust.Digest;
import dev.caisson.yaml.BadYamlException;
import java.nio.charset.StandardCharsets;

/// A plan as a researcher would write it, to be bent by tests.
public final class Plans {
  public static final Digest DATASET = Digest.ofText("a dataset description");
  public static final String TEXT =
      """
      version: caisson/study/v1
      name: small
      project: trial
      sites: [a, b, c]
      rounds: 3
      seed: 7
      dataset: %s
      hold-out:
        fraction: 0.2
      model:
        kind: mlp
        inputs: 4
        hidden: [3]
      training:
        epochs: 1
        batch: 16
        optimiser: sgd
        learning-rate: 0.1
        momentum: 0.5
        weight-decay: 0.01
      aggregation:
        threshold: 3
        clip-norm: 2
        weights:
          mode: fixed-denominator
          maximum: 500
          denominator: 300
        upload-after-ms: 0
        seconds-per-round: 20
      audit:
        smallest-cell: 5
        max-persons: 500
      """
          .formatted(DATASET);

  private Plans() {}

  public static StudyPlan plan() {
    try {
      return read(TEXT);
    } catch (BadYamlException e) {
      throw new IllegalStateException(e);
    }
  }

  public static StudyPlan read(String text) throws BadYamlException {
    return PlanReader.read("plan.yaml", text.getBytes(StandardCharsets.UTF_8));
  }
}
