package dev.caisson.airlock.federated;

import dev.caisson.airlock.attack.FixedRule;
import dev.caisson.airlock.attack.LossAttack;
import dev.caisson.airlock.attack.Predictions;
import dev.caisson.airlock.attack.Task;
import dev.caisson.airlock.rows.RowScanCount;
import dev.caisson.airlock.statistics.RankSum;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One site's evidence as integers, in its own process, before masking. It must not leave unmasked:
/// alone it shows that site's counts. Holds no rows, scores or positions.
///
/// Everything adds up exactly: U, pairs and both variances of U are sums over sites by their
/// nature, so the airlock's AUC is stratified by site without any site's AUC being known. Rounding:
/// a variance by at most half a [FederatedAuditPlan#varianceUnit], a loss by 2^-17.
public final class SiteEvidence {
  private final FederatedAuditPlan plan;
  private final long[] values;

  private SiteEvidence(FederatedAuditPlan plan, long[] values) {
    this.plan = plan;
    this.values = values;
  }

  /// From the model's outputs for this site's members (trained on) and for those it held out before
  /// training: one row per person, at least one on each side, at most the plan's `maxPersons`.
  public static SiteEvidence of(
      FederatedAuditPlan plan, Predictions members, Predictions heldOut, RowScanCount rows) {
    checkSide(plan, "members", members);
    checkSide(plan, "held-out persons", heldOut);
    if (rows.scanned() + rows.tooPlain() > plan.maxPersons()) {
      throw new IllegalArgumentException(
          "the row scan covers more rows than the plan's maxPersons");
    }
    Map<String, long[]> parts = new HashMap<>();
    put(parts, "sites", 1);
    put(parts, "members", members.rows());
    put(parts, "held-out", heldOut.rows());
    put(parts, "pairs", (long) members.rows() * heldOut.rows());
    for (FixedRule attack : plan.attacks()) {
      double[] memberScores = attack.scores(members);
      double[] heldOutScores = attack.scores(heldOut);
      RankSum ranks = RankSum.of(memberScores, heldOutScores);
      put(parts, attack.name() + ".twice-u", ranks.twiceU());
      put(parts, attack.name() + ".null-variance", units(plan, ranks.nullVariance()));
      put(parts, attack.name() + ".variance", units(plan, ranks.variance()));
      if (attack.name().equals(LossAttack.NAME)) {
        parts.put("members.scores", histogram(plan.edges(), memberScores));
        parts.put("held-out.scores", histogram(plan.edges(), heldOutScores));
      }
    }
    putFit(parts, "members", members);
    putFit(parts, "held-out", heldOut);
    put(parts, "rows.scanned", rows.scanned());
    put(parts, "rows.too-plain", rows.tooPlain());
    put(parts, "rows.hits", rows.rowHits());
    put(parts, "rows.label-hits", rows.labelHits());
    return new SiteEvidence(plan, laidOut(plan.segments(), parts));
  }

  public FederatedAuditPlan plan() {
    return plan;
  }

  /// All entries in the order of [FederatedAuditPlan#segments]; each within its segment's range.
  public long[] values() {
    return values.clone();
  }

  private static void checkSide(FederatedAuditPlan plan, String side, Predictions predictions) {
    if (predictions.task() != plan.task()) {
      throw new IllegalArgumentException(
          "the plan is for %s, the %s are scored for %s"
              .formatted(plan.task(), side, predictions.task()));
    }
    if (predictions.rows() < 1 || predictions.rows() > plan.maxPersons()) {
      throw new IllegalArgumentException(
          "an audit needs 1..%d %s, got %d".formatted(plan.maxPersons(), side, predictions.rows()));
    }
  }

  private static void putFit(Map<String, long[]> parts, String side, Predictions predictions) {
    long correct = 0;
    long loss = 0;
    long squares = 0;
    for (int i = 0; i < predictions.rows(); i++) {
      double one = Math.min(predictions.loss(i), FederatedAuditPlan.LARGEST_LOSS);
      loss += Math.round(one / FederatedAuditPlan.LOSS_UNIT);
      squares += Math.round(one * one / FederatedAuditPlan.LOSS_UNIT);
      if (predictions.task() != Task.REGRESSION && predictions.correct(i)) {
        correct++;
      }
    }
    put(parts, side + ".correct", correct);
    put(parts, side + ".loss", loss);
    put(parts, side + ".loss-squared", squares);
  }

  private static long[] histogram(BinEdges edges, double[] scores) {
    long[] counts = new long[edges.bins()];
    for (double score : scores) {
      counts[edges.binOf(score)]++;
    }
    return counts;
  }

  private static long units(FederatedAuditPlan plan, double variance) {
    return Math.round(variance / plan.varianceUnit());
  }

  private static void put(Map<String, long[]> parts, String name, long value) {
    parts.put(name, new long[] {value});
  }

  private static long[] laidOut(List<Segment> segments, Map<String, long[]> parts) {
    long[] values = new long[segments.stream().mapToInt(Segment::length).sum()];
    int at = 0;
    for (Segment segment : segments) {
      long[] part = parts.get(segment.name());
      if (part == null || part.length != segment.length()) {
        throw new IllegalStateException("our own plan and evidence disagree on " + segment.name());
      }
      for (long value : part) {
        if (value < 0 || value > segment.maxValue()) {
          throw new IllegalStateException(
              "%s is outside its segment although the plan bounds it".formatted(segment.name()));
        }
        values[at++] = value;
      }
    }
    return values;
  }
}
