package dev.caisson.client.audit;

import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.federated.SiteEvidence;
import dev.caisson.airlock.rows.RowScan;
import dev.caisson.airlock.rows.RowTable;
import dev.caisson.airlock.rows.TrainingRowScan;
import dev.caisson.airlock.scan.OnnxFileScan;
import dev.caisson.airlock.scan.ScanLimits;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.dataset.Samples;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.score.Scorer;
import java.util.List;

/// This site's part of a federated audit: the final model against the persons who trained it and
/// the persons who were held out before training.
///
/// @param evidence for masking; alone it would tell this site's counts
/// @param rows what the training-row scan found, for the custodian
public record LocalAudit(SiteEvidence evidence, RowScan rows) {

  /// Attacks the candidate of this study in this state.
  public static LocalAudit of(LocalStudy study, float[] state, int threads)
      throws InvalidModelException {
    OnnxModel model = study.candidate(state).inOneFile();
    Samples members = study.persons().members();
    RowScan scan =
        new TrainingRowScan(new OnnxFileScan(ScanLimits.usual()).tensors(model.bytes()))
            .scan(List.of(new RowTable(members.width(), members.features())), members.labels());
    try (Scorer scorer = Scorer.open(model, threads)) {
      return new LocalAudit(
          SiteEvidence.of(
              study.auditPlan(),
              predictions(scorer, members),
              predictions(scorer, study.persons().heldOut()),
              scan.count()),
          scan);
    }
  }

  private static Predictions predictions(Scorer scorer, Samples persons) {
    return new Predictions(
        Task.BINARY, 1, scorer.logits(persons.features(), persons.rows()), persons.labels());
  }

  @Override
  public String toString() {
    return "LocalAudit[withheld]";
  }
}
