package dev.caisson.protocol.round;

import dev.caisson.protocol.strategy.Strategy;
import dev.caisson.protocol.study.AggregationPlan;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.util.ArrayList;
import java.util.List;

/// The vectors that a plan's rounds sum.
///
/// Metrics are one number per site and count every site the same, whatever its size, so that a
/// round's metrics say nothing about how many persons a site has.
public final class RoundVectors {
  /// The weighted model update, in manifest order.
  public static final String UPDATE = Strategy.UPDATE;

  /// Mean loss of the state that the round started from, over the site's held-out persons; clipped.
  public static final String LOSS = "loss";

  /// Area under the ROC curve of that state over the site's held-out persons.
  public static final String AUC = "auc";

  /// No mean loss above this is told apart.
  public static final double LOSS_CLIP = 20;

  private static final int LEVEL_BITS = 24;

  private RoundVectors() {}

  /// Update and metrics. `parameters` are those that the sites share.
  public static VectorSpec training(StudyPlan plan, int parameters) {
    List<Segment> segments = new ArrayList<>();
    segments.add(
        new Segment.Real(
            UPDATE, parameters, plan.aggregation().clipNorm(), levels(plan.sites().size()), true));
    segments.addAll(metrics(plan));
    return new VectorSpec(segments);
  }

  /// Metrics alone.
  public static VectorSpec evaluation(StudyPlan plan) {
    return new VectorSpec(metrics(plan));
  }

  /// How the plan's weights enter the sum.
  public static Weights weights(StudyPlan plan) {
    long maximum = plan.aggregation().maxWeight();
    return switch (plan.aggregation().weights()) {
      case AggregationPlan.Weights.Equal() -> new Weights.Equal();
      case AggregationPlan.Weights.FixedDenominator(int denominator) ->
          new Weights.FixedDenominator(maximum, denominator);
      case AggregationPlan.Weights.Total() -> new Weights.Total(maximum);
    };
  }

  /// What a round manifest names as its configuration: the plan and the purpose.
  public static Digest config(StudyPlan plan, Purpose purpose) {
    return new FieldWriter("caisson/round-config/v1")
        .digest(plan.digest())
        .text(purpose.label())
        .toDigest();
  }

  /// Under what an answer spends a state: of two sums within one scope a coordinator learns their
  /// difference. Training and evaluation both open a state's metrics, so they share one. The plan
  /// decides, not the study's name, which the coordinator chooses and could choose anew.
  public static Digest scope(StudyPlan plan, Purpose purpose) {
    return new FieldWriter("caisson/round-scope/v1")
        .digest(plan.digest())
        .text(
            switch (purpose) {
              case TRAIN, EVALUATE -> "metrics";
              case AUDIT -> "audit";
            })
        .toDigest();
  }

  private static List<Segment> metrics(StudyPlan plan) {
    long levels = levels(plan.sites().size());
    return List.of(
        new Segment.Real(LOSS, 1, LOSS_CLIP, levels, false),
        new Segment.Real(AUC, 1, 1, levels, false));
  }

  /// The largest magnitude of a quantised entry: 2^24 (the precision of a 32-bit float), or less
  /// where the sum over all sites would not fit 32-bit lanes.
  private static long levels(int sites) {
    int bitsForSites = Integer.SIZE - Integer.numberOfLeadingZeros(sites);
    return 1L << Math.min(LEVEL_BITS, Integer.SIZE - 2 - bitsForSites);
  }
}
