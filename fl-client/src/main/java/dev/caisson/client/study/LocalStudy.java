package dev.caisson.client.study;

import dev.caisson.airlock.federated.FederatedAuditPlan;
import dev.caisson.dataset.HoldOut;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.strategy.StateStep;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.trust.Digest;
import java.util.Optional;

/// A study that this site takes part in: the plan, the model, and its persons divided into members,
/// who train, and those held out before training began. Row-level data; never leaves the process.
public record LocalStudy(
    String study, StudyPlan plan, OnnxModel model, HoldOut.Split persons, Digest commitment) {
  /// As many numbers as a site carries from round to round at most: they are kept twice in one file
  /// that is written as a whole.
  static final int MOST_CARRIED = 1 << 27;

  /// Why a site cannot work on this plan for a model's length, if so.
  ///
  /// @param shared numbers that are
  /// @param head numbers that stay at each site
  static Optional<String> tooLong(StudyPlan plan, int shared, int head) {
    long state = (long) shared * plan.strategy().vectors();
    if (state > Integer.MAX_VALUE - 8) {
      return Optional.of(
          "strategy '%s' would make states of %d numbers of this model, at most %d fit"
              .formatted(plan.strategy().name(), state, Integer.MAX_VALUE - 8));
    }
    long carried = (plan.strategy().local().control() ? shared : 0L) + head;
    return carried > MOST_CARRIED
        ? Optional.of(
            "a site would carry %d numbers of this model from round to round, at most %d can be"
                .formatted(carried, MOST_CARRIED))
        : Optional.empty();
  }

  /// What this study's audit will disclose, as every party derives it from the plan.
  public FederatedAuditPlan auditPlan() {
    return FederatedAuditPlan.forBinaryClassifier(
        plan.audit().smallestCell(), plan.audit().maxPersons());
  }

  /// Under what this site's answers spend a state.
  public Digest scope(Purpose purpose) {
    return RoundVectors.scope(plan, purpose);
  }

  /// What of the model is shared, and what stays here.
  public SharedPart shared() {
    return new SharedPart(model, plan.personal());
  }

  /// How states follow from each other.
  public StateStep steps() {
    return plan.steps(shared().shape());
  }

  /// The state that the study starts from, which follows from the plan.
  public StateStep.Made first() {
    return steps().first(shared().shared(model.initialVector()));
  }

  /// Numbers of this site's control variate: as many as are shared, or none.
  public int controlLength() {
    return plan.strategy().local().control() ? shared().length() : 0;
  }

  /// What a site carries from round to round, as it begins: a control variate of zeros, then the
  /// model file's personal parameters.
  public float[] initiallyCarried() {
    float[] carried = new float[controlLength() + shared().headLength()];
    if (shared().headLength() > 0) {
      float[] head = shared().head(model.initialVector());
      System.arraycopy(head, 0, carried, controlLength(), head.length);
    }
    return carried;
  }

  /// The model that the airlock would get of a state: with the personal parameters of the file, not
  /// those of any site.
  public OnnxModel candidate(float[] state) {
    return model.withVector(shared().whole(state, shared().head(model.initialVector())));
  }

  @Override
  public String toString() {
    return "LocalStudy[" + study + "]";
  }
}
