package dev.caisson.client.study;

import dev.caisson.airlock.federated.FederatedAuditPlan;
import dev.caisson.dataset.HoldOut;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.ParameterManifest;
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

  /// Under what this site's answers spend a state.
  public Digest scope(Purpose purpose) {
    return RoundVectors.scope(plan, purpose);
  }

  /// The digest of the state that the study starts from, which follows from the plan.
  public Digest firstState() {
    return Digest.of(ParameterManifest.bytes(model.initialVector()));
  }

  @Override
  public String toString() {
    return "LocalStudy[" + study + "]";
  }
}
