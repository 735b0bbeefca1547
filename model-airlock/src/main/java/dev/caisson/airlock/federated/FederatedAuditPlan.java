package dev.caisson.airlock.federated;

import dev.caisson.airlock.attack.Attack;
import dev.caisson.airlock.attack.FixedRule;
import dev.caisson.airlock.attack.GapAttack;
import dev.caisson.airlock.attack.LossAttack;
import dev.caisson.airlock.attack.Setting;
import dev.caisson.airlock.attack.Task;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.util.ArrayList;
import java.util.List;

/// What every site computes and in which integers, agreed before the study starts; sites and
/// airlock must hold the same plan ([#digest]) or their sums mean nothing.
///
/// `smallestCell` is k: counts of 1..k-1 people are never shown outside the airlock. `maxPersons`
/// bounds either side at one site; it fixes how large a sum can get.
public record FederatedAuditPlan(Task task, BinEdges edges, int smallestCell, int maxPersons) {
  /// Losses travel as multiples of 2^-16, cut at 64 nats: a person predicted wrong with odds of
  /// e^64 to 1 counts as no worse than that.
  static final double LOSS_UNIT = 0x1p-16;

  static final double LARGEST_LOSS = 64;

  public FederatedAuditPlan {
    if (task == Task.SURVIVAL || task == Task.RISK) {
      throw new IllegalArgumentException("no audit at the sites is made for " + task);
    }
    if (smallestCell < 2 || smallestCell > 1000) {
      throw new IllegalArgumentException("the smallest cell is 2..1000, got " + smallestCell);
    }
    if (maxPersons < 1 || maxPersons > 1_000_000) {
      throw new IllegalArgumentException("maxPersons is 1..1000000, got " + maxPersons);
    }
  }

  /// The usual plan for a classifier: 200 bins of phi, cells of at least 10 people (ACRO's
  /// default).
  public static FederatedAuditPlan forClassifier(Task task) {
    return new FederatedAuditPlan(task, BinEdges.forLogOdds(), 10, 100_000);
  }

  /// A plan for one-logit classifiers with these bounds, as a study's plan states them.
  public static FederatedAuditPlan forBinaryClassifier(int smallestCell, int maxPersons) {
    return new FederatedAuditPlan(Task.BINARY, BinEdges.forLogOdds(), smallestCell, maxPersons);
  }

  /// The attacks that this task allows, in the order of their segments.
  public List<FixedRule> attacks() {
    Setting setting = Setting.ofOutputs(task, maxPersons);
    return List.<FixedRule>of(new LossAttack(), new GapAttack()).stream()
        .filter(attack -> attack.refuses(setting).isEmpty())
        .toList();
  }

  /// The layout of a site's evidence; [SiteEvidence#values] and the sums follow it entry by entry.
  public List<Segment> segments() {
    long persons = maxPersons;
    long largestLossSum = persons * (long) (LARGEST_LOSS / LOSS_UNIT);
    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment("sites", 1, 1));
    segments.add(new Segment("members", 1, persons));
    segments.add(new Segment("held-out", 1, persons));
    segments.add(new Segment("pairs", 1, persons * persons));
    for (Attack attack : attacks()) {
      segments.add(new Segment(attack.name() + ".twice-u", 1, 2 * persons * persons));
      segments.add(new Segment(attack.name() + ".null-variance", 1, 1 + largestVariance()));
      segments.add(new Segment(attack.name() + ".variance", 1, 1 + largestVariance()));
    }
    segments.add(new Segment("members.scores", edges.bins(), persons));
    segments.add(new Segment("held-out.scores", edges.bins(), persons));
    segments.add(new Segment("members.correct", 1, persons));
    segments.add(new Segment("held-out.correct", 1, persons));
    segments.add(new Segment("members.loss", 1, largestLossSum));
    segments.add(new Segment("members.loss-squared", 1, largestLossSum * (long) LARGEST_LOSS));
    segments.add(new Segment("held-out.loss", 1, largestLossSum));
    segments.add(new Segment("held-out.loss-squared", 1, largestLossSum * (long) LARGEST_LOSS));
    segments.add(new Segment("rows.scanned", 1, persons));
    segments.add(new Segment("rows.too-plain", 1, persons));
    segments.add(new Segment("rows.hits", 1, persons));
    segments.add(new Segment("rows.label-hits", 1, persons));
    return List.copyOf(segments);
  }

  /// How many integers a site sends.
  public int length() {
    return segments().stream().mapToInt(Segment::length).sum();
  }

  /// Variances of U travel as multiples of this power of two: the smallest, not under 1/16, with
  /// which the largest possible one, m n (m + n) / 4, stays within 2^49.
  double varianceUnit() {
    double unit = 1.0 / 16;
    while (largestVarianceOfU() / unit > 0x1p49) {
      unit *= 2;
    }
    return unit;
  }

  private long largestVariance() {
    return (long) Math.ceil(largestVarianceOfU() / varianceUnit());
  }

  /// DeLong's variance is at most (mn)^2 (1/4 m/(m-1) / m + 1/4 n/(n-1) / n) <= m n (m + n) / 2.
  private double largestVarianceOfU() {
    return (double) maxPersons * maxPersons * maxPersons;
  }

  public Digest digest() {
    FieldWriter out =
        new FieldWriter("caisson/airlock/audit-plan/v1")
            .text(task.name())
            .number(smallestCell)
            .number(maxPersons)
            .number(edges.edges().size());
    edges.edges().forEach(out::real);
    for (Segment segment : segments()) {
      out.text(segment.name()).number(segment.length()).number(segment.maxValue());
    }
    return out.toDigest();
  }
}
