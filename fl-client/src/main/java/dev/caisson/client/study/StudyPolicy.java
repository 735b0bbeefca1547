package dev.caisson.client.study;

import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.secagg.Signatures;
import dev.caisson.trust.Digest;
import java.util.Optional;
import java.util.Set;

/// What a custodian lets a study do. Held at the site, out of everybody else's reach.
///
/// @param projects the projects whose studies may run here
/// @param minimumHeldOut the fewest persons that must be held out (and the fewest that train)
/// @param colluding how many other sites may be in league with the coordinator
/// @param honest how many honest sites any opened sum must cover
/// @param signatures the weakest by which this site believes others
/// @param acceptsUnverifiedSums whether it goes on from sums that it could not check, as one that
///   computed the state
public record StudyPolicy(
    Set<String> projects,
    int maximumRounds,
    int maximumEpochs,
    int maximumParameters,
    double maximumClipNorm,
    int minimumHeldOut,
    int colluding,
    int honest,
    boolean allowTotalWeights,
    Signatures signatures,
    boolean acceptsUnverifiedSums) {
  public StudyPolicy {
    projects = Set.copyOf(projects);
    if (honest < 2) {
      throw new IllegalArgumentException(
          "honest-sites must be at least 2 (a sum over one honest site is its update), got "
              + honest);
    }
    if (!(maximumClipNorm > 0)) {
      throw new IllegalArgumentException("maximum-clip-norm must be positive");
    }
  }

  /// The first rule that this plan breaks, in words for its researcher; empty if it is admitted.
  /// The words tell rules, never anything about rows.
  public Optional<String> objection(StudyPlan plan, String site, Digest ownDataset) {
    if (!projects.contains(plan.project())) {
      return Optional.of("project '%s' is not allowed at this site".formatted(plan.project()));
    }
    if (!plan.sites().contains(site)) {
      return Optional.of("the plan does not name this site");
    }
    if (!plan.dataset().equals(ownDataset)) {
      return Optional.of(
          "the plan is for the dataset description %s, this site holds %s"
              .formatted(plan.dataset().shortHex(), ownDataset.shortHex()));
    }
    if (plan.rounds() > maximumRounds) {
      return Optional.of(
          "%d rounds are more than this site's %d".formatted(plan.rounds(), maximumRounds));
    }
    if (plan.training().epochs() > maximumEpochs) {
      return Optional.of(
          "%d epochs a round are more than this site's %d"
              .formatted(plan.training().epochs(), maximumEpochs));
    }
    if (plan.aggregation().clipNorm() > maximumClipNorm) {
      return Optional.of(
          "a clip norm of %s is more than this site's %s"
              .formatted(plan.aggregation().clipNorm(), maximumClipNorm));
    }
    if (plan.aggregation().weights() instanceof AggregationPlan.Weights.Total
        && !allowTotalWeights) {
      return Optional.of("this site does not let the sum of weights become visible");
    }
    if (plan.aggregation().signatures().compareTo(signatures) < 0) {
      return Optional.of(
          "this site wants 'signatures: %s' in the plan's aggregation, it says %s"
              .formatted(signatures.label(), plan.aggregation().signatures().label()));
    }
    return Optional.empty();
  }
}
