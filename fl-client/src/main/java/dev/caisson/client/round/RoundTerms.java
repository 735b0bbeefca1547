package dev.caisson.client.round;

import dev.caisson.airlock.federated.Segment;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.secagg.Fault;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.journal.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether a round is one that the plan foresees. What the sums themselves must satisfy (roster,
/// floors) is the aggregation policy's part, what was answered before the journal's.
final class RoundTerms {
  private RoundTerms() {}

  /// The first way in which a manifest asks for something else than the plan.
  static Optional<Fault> objection(
      RoundManifest manifest, Purpose purpose, LocalStudy study, Journal journal) {
    return inWords(manifest, purpose, study, journal)
        .map(words -> new Fault(Rule.PLAN, Fault.COORDINATOR, words));
  }

  private static Optional<String> inWords(
      RoundManifest manifest, Purpose purpose, LocalStudy study, Journal journal) {
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
          case TRAIN -> RoundVectors.training(plan, study.shared().length());
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
    if (manifest.signatures() != plan.aggregation().signatures()) {
      return Optional.of("the signatures are not those of the plan");
    }
    return tooMany(manifest, purpose, study, journal);
  }

  /// A state that was answered may be answered again, where the sum is the same (the journal sees
  /// to that), so states are counted and not rounds. Asked again with the answer: by then another
  /// round, which ran at the same time, may have been the last.
  static Optional<String> tooMany(
      RoundManifest manifest, Purpose purpose, LocalStudy study, Journal journal) {
    Optional<String> spent = journal.spentFor(study.scope(purpose), manifest.model());
    if (spent.isPresent() && !spent.get().equals(purpose.label())) {
      return Optional.of(
          "this plan's model state was answered before, in a round for '%s': a second sum could be subtracted from the first"
              .formatted(spent.get()));
    }
    int answered = journal.answered(study.scope(purpose), purpose.label());
    int allowed =
        switch (purpose) {
          case TRAIN -> study.plan().rounds();
          case EVALUATE, AUDIT -> 1;
        };
    return answered >= allowed && spent.isEmpty()
        ? Optional.of(
            "this site has answered %d rounds for '%s', the plan foresees %d"
                .formatted(answered, purpose.label(), allowed))
        : Optional.empty();
  }

  static VectorSpec audit(LocalStudy study) {
    List<dev.caisson.secagg.Segment> segments = new ArrayList<>();
    for (Segment s : study.auditPlan().segments()) {
      segments.add(new dev.caisson.secagg.Segment.Exact(s.name(), s.length(), s.maxValue(), false));
    }
    return new VectorSpec(segments);
  }
}
