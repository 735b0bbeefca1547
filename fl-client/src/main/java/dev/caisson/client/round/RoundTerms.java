package dev.caisson.client.round;

import dev.caisson.airlock.federated.Segment;
import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether a round is one that the plan foresees and the ledger has not answered yet. What the sums
/// themselves must satisfy (roster, floors) is the aggregation policy's part.
final class RoundTerms {
  private RoundTerms() {}

  /// The first way in which a manifest asks for something else than the plan, in words.
  static Optional<String> objection(
      RoundManifest manifest, Purpose purpose, LocalStudy study, EgressLedger ledger) {
    StudyPlan plan = study.plan();
    if (!manifest.study().equals(study.study())) {
      return Optional.of("the manifest is for another study");
    }
    if (!manifest.config().equals(RoundVectors.config(plan, purpose))) {
      return Optional.of("the manifest is for another plan or purpose");
    }
    if (!plan.sites().containsAll(manifest.cohort())) {
      return Optional.of("the cohort has sites that the plan does not name");
    }
    if (manifest.threshold() != plan.aggregation().threshold()) {
      return Optional.of(
          "the threshold is %d, the plan says %d"
              .formatted(manifest.threshold(), plan.aggregation().threshold()));
    }
    VectorSpec expected =
        switch (purpose) {
          case TRAIN -> RoundVectors.training(plan, study.model().layout().length());
          case EVALUATE -> RoundVectors.evaluation(plan);
          case AUDIT -> audit(study);
        };
    if (!manifest.vector().equals(expected)) {
      return Optional.of("the vector is not the one that the plan describes");
    }
    Weights weights = purpose == Purpose.TRAIN ? RoundVectors.weights(plan) : new Weights.Equal();
    if (!manifest.weights().equals(weights)) {
      return Optional.of("the weights are not those of the plan");
    }
    if (purpose == Purpose.TRAIN
        && manifest.round() == 1
        && !manifest
            .model()
            .equals(Digest.of(ParameterManifest.bytes(study.model().initialVector())))) {
      return Optional.of("the first round does not start from the model in the plan");
    }
    return spent(manifest.model(), purpose, study, ledger);
  }

  private static Optional<String> spent(
      Digest state, Purpose purpose, LocalStudy study, EgressLedger ledger) {
    // Training and evaluation both open the metrics of a state.
    boolean spent =
        switch (purpose) {
          case TRAIN, EVALUATE ->
              ledger.isSpent(study.memory(), Purpose.TRAIN, state)
                  || ledger.isSpent(study.memory(), Purpose.EVALUATE, state);
          case AUDIT -> ledger.isSpent(study.memory(), Purpose.AUDIT, state);
        };
    if (spent) {
      return Optional.of(
          "this plan's model state was answered before, and a second sum could be subtracted from the"
              + " first; to train anew, submit the plan with another seed");
    }
    int answered = ledger.answered(study.memory(), purpose);
    int allowed =
        switch (purpose) {
          case TRAIN -> study.plan().rounds();
          case EVALUATE, AUDIT -> 1;
        };
    if (answered >= allowed) {
      return Optional.of(
          "this site has answered %d rounds for '%s', the plan foresees %d"
              .formatted(answered, purpose.label(), allowed));
    }
    return Optional.empty();
  }

  private static VectorSpec audit(LocalStudy study) {
    List<dev.caisson.secagg.Segment> segments = new ArrayList<>();
    for (Segment s : study.auditPlan().segments()) {
      segments.add(new dev.caisson.secagg.Segment.Exact(s.name(), s.length(), s.maxValue(), false));
    }
    return new VectorSpec(segments);
  }
}
