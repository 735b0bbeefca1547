package dev.caisson.protocol.study;

import dev.caisson.protocol.strategy.StateShape;
import dev.caisson.protocol.strategy.StateStep;
import dev.caisson.protocol.strategy.Strategy;
import dev.caisson.trust.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Everything that a study will do, as its researcher wrote it and its custodians read it. There is
/// nothing else that a site obeys. Plans are compared and allowed by [#digest], which covers the
/// text as written.
///
/// @param text the YAML as submitted
/// @param sites the cohort, in name order; every round needs at least `aggregation.threshold` of
///   them
/// @param rounds how many rounds of training
/// @param seed of initial weights and batch order (never of who is held out: sites choose that)
/// @param holdOutFraction which part of the persons of each site never trains
/// @param model present where the model file is made from the plan
/// @param dataset the digest of the dataset description that sites must hold
/// @param cohortSize how many of the sites that are ready train in one round; all where not said
/// @param method how states follow from each other, and what of the model is shared
public record StudyPlan(
    String text,
    String name,
    String project,
    List<String> sites,
    int rounds,
    long seed,
    Digest dataset,
    double holdOutFraction,
    Optional<ModelPlan> model,
    TrainingPlan training,
    AggregationPlan aggregation,
    AuditPlan audit,
    OptionalInt cohortSize,
    MethodPlan method) {
  public static final int MAX_TEXT = 64 << 10;
  public static final int MAX_ROUNDS = 10_000;
  public static final int MAX_SITES = 200;

  public StudyPlan {
    sites = List.copyOf(sites);
    // a study is named after its plan with 9 more characters, and no name has more than 63
    require(name.matches("[a-z0-9][a-z0-9-]{0,53}"), "name", "1 to 54 of a-z, 0-9 and '-'", name);
    require(
        project.matches("[a-z0-9][a-z0-9-]{0,62}"), "project", "1 to 63 of a-z, 0-9, '-'", project);
    require(
        sites.size() >= 3 && sites.size() <= MAX_SITES,
        "sites",
        "3 to 200 names (a sum of fewer hides nobody)",
        sites.size());
    require(new HashSet<>(sites).size() == sites.size(), "sites", "different names", sites);
    require(sites.stream().sorted().toList().equals(sites), "sites", "in name order", sites);
    require(rounds >= 1 && rounds <= MAX_ROUNDS, "rounds", "1 to " + MAX_ROUNDS, rounds);
    require(
        holdOutFraction >= 0.05 && holdOutFraction <= 0.5,
        "hold-out.fraction",
        "0.05 to 0.5",
        holdOutFraction);
    require(
        aggregation.threshold() >= 3 && aggregation.threshold() <= sites.size(),
        "aggregation.threshold",
        "3 to the number of sites (" + sites.size() + ")",
        aggregation.threshold());
    if (cohortSize.isPresent()) {
      require(
          cohortSize.getAsInt() >= aggregation.threshold() && cohortSize.getAsInt() <= sites.size(),
          "cohort.size",
          "%d (aggregation.threshold) to %d (the number of sites)"
              .formatted(aggregation.threshold(), sites.size()),
          cohortSize.getAsInt());
    }
    require(
        model.isEmpty() || method.warmStart().isEmpty(),
        "warm-start",
        "left out where the plan describes its model: a released model is a file of its own",
        "both");
    method
        .strategy()
        .objection(training, aggregation)
        .ifPresent(
            objection -> require(false, objection.key(), objection.rule(), objection.found()));
  }

  /// A plan whose rounds take all sites that are ready, by federated averaging of the whole model.
  public StudyPlan(
      String text,
      String name,
      String project,
      List<String> sites,
      int rounds,
      long seed,
      Digest dataset,
      double holdOutFraction,
      Optional<ModelPlan> model,
      TrainingPlan training,
      AggregationPlan aggregation,
      AuditPlan audit) {
    this(
        text,
        name,
        project,
        sites,
        rounds,
        seed,
        dataset,
        holdOutFraction,
        model,
        training,
        aggregation,
        audit,
        OptionalInt.empty(),
        MethodPlan.USUAL);
  }

  /// How the next state follows from a round's sums.
  public Strategy strategy() {
    return method.strategy();
  }

  /// The parameters that stay at each site.
  public PersonalPart personal() {
    return method.personal();
  }

  /// How this plan's states are made, for a model of this shape.
  public StateStep steps(StateShape shape) {
    return new StateStep(strategy(), shape, sites.size());
  }

  /// The digest of the text as written.
  public Digest digest() {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static void require(boolean holds, String key, String rule, Object found) {
    if (!holds) {
      throw new BadPlanException(key, rule, found);
    }
  }
}
