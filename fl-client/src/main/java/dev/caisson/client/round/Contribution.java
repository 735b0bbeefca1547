package dev.caisson.client.round;

import dev.caisson.airlock.federated.Segment;
import dev.caisson.airlock.rows.RowScanCount;
import dev.caisson.client.audit.LocalAudit;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.client.training.Metrics;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.secagg.encoding.Input;
import java.io.IOException;
import java.util.Arrays;

/// What this site puts into a round's vector, before any mask, and what it will carry if the round
/// counts. Handed on, never compared.
///
/// @param carriedAfter empty but after training
@SuppressWarnings("ArrayRecordComponent")
record Contribution(Input input, float[] carriedAfter) {
  /// The update of one round's training, with the metrics of the state that it started from.
  static Contribution trained(
      LocalStudy study, LocalTraining training, float[] state, float[] carried, long round)
      throws TrainingException, InterruptedException {
    Metrics metrics = training.evaluate(state, carried);
    LocalTraining.Work work = training.work(state, carried, round);
    boolean equal = study.plan().aggregation().weights() instanceof AggregationPlan.Weights.Equal;
    Input input =
        Input.weighing(equal ? 1 : training.weight()).with(RoundVectors.UPDATE, work.update());
    return new Contribution(withMetrics(input, metrics), work.carried());
  }

  /// The metrics of a state alone.
  static Contribution evaluated(LocalTraining training, float[] state, float[] carried)
      throws TrainingException {
    return new Contribution(
        withMetrics(Input.weighing(1), training.evaluate(state, carried)), new float[0]);
  }

  /// What the airlock's attacks found here; how many rows were found is noted for the custodian.
  static Contribution audited(SiteRoundRunner.Site site, LocalStudy study, float[] state)
      throws IOException, InvalidModelException {
    LocalAudit audit = LocalAudit.of(study, state, site.threads());
    RowScanCount rows = audit.rows().count();
    site.ledger()
        .note(
            study.study(),
            "audited",
            "%d of %d rows and %d labels of this site were found in the model"
                .formatted(rows.rowHits(), rows.scanned(), rows.labelHits()));
    Input input = Input.weighing(1);
    long[] values = audit.evidence().values();
    int at = 0;
    for (Segment segment : study.auditPlan().segments()) {
      long[] part = Arrays.copyOfRange(values, at, at + segment.length());
      input = input.withExact(segment.name(), part);
      at += part.length;
    }
    return new Contribution(input, new float[0]);
  }

  private static Input withMetrics(Input input, Metrics metrics) {
    return input
        .with(RoundVectors.LOSS, Math.min(metrics.loss(), RoundVectors.LOSS_CLIP))
        .with(RoundVectors.AUC, metrics.auc());
  }
}
