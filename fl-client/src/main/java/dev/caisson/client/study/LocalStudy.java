package dev.caisson.client.study;

import dev.caisson.airlock.federated.FederatedAuditPlan;
import dev.caisson.dataset.HoldOut;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.trust.Digest;

/// A study that this site takes part in: the plan, the model, and its persons divided into members,
/// who train, and those held out before training began. Row-level data; never leaves the process.
public record LocalStudy(
    String study, StudyPlan plan, OnnxModel model, HoldOut.Split persons, Digest commitment) {

  /// What this study's audit will disclose, as every party derives it from the plan.
  public FederatedAuditPlan auditPlan() {
    return FederatedAuditPlan.forBinaryClassifier(
        plan.audit().smallestCell(), plan.audit().maxPersons());
  }

  /// Under what the ledger remembers what was answered: the plan, not the study's name, which the
  /// coordinator chooses and could choose anew to have the same state summed over fewer sites.
  public String memory() {
    return plan.digest().toString();
  }

  @Override
  public String toString() {
    return "LocalStudy[" + study + "]";
  }
}
