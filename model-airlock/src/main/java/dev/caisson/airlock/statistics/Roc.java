package dev.caisson.airlock.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A receiver operating characteristic in counts: what an attacker gains by lowering the threshold
/// step by step from the most member-like score. Rates are read *stepwise*: the value at a false
/// positive rate is that of the last step which does not exceed it, never interpolated.
public final class Roc {
  /// At some threshold: non-members wrongly and members rightly called members.
  public record Point(long falsePositives, long truePositives) {}

  private final List<Point> points;

  private Roc(List<Point> points) {
    this.points = List.copyOf(points);
  }

  /// From scores where higher means "more likely a member"; each distinct score is a step.
  public static Roc ofScores(double[] memberScores, double[] nonMemberScores) {
    double[] members = memberScores.clone();
    double[] others = nonMemberScores.clone();
    Arrays.sort(members);
    Arrays.sort(others);
    List<Point> points = new ArrayList<>();
    points.add(new Point(0, 0));
    int i = members.length;
    int j = others.length;
    while (i > 0 || j > 0) {
      double next =
          Math.max(
              i > 0 ? members[i - 1] : Double.NEGATIVE_INFINITY,
              j > 0 ? others[j - 1] : Double.NEGATIVE_INFINITY);
      while (i > 0 && members[i - 1] >= next) {
        i--;
      }
      while (j > 0 && others[j - 1] >= next) {
        j--;
      }
      points.add(new Point(others.length - j, members.length - i));
    }
    return new Roc(points);
  }

  /// From histograms over the same bins in rising order of score; each bin that holds anybody is a
  /// step.
  public static Roc ofBins(List<Long> memberCounts, List<Long> nonMemberCounts) {
    if (memberCounts.size() != nonMemberCounts.size()) {
      throw new IllegalArgumentException(
          "%d bins of members and %d of non-members"
              .formatted(memberCounts.size(), nonMemberCounts.size()));
    }
    List<Point> points = new ArrayList<>();
    Point last = new Point(0, 0);
    points.add(last);
    for (int bin = memberCounts.size() - 1; bin >= 0; bin--) {
      long members = memberCounts.get(bin);
      long others = nonMemberCounts.get(bin);
      if (members + others > 0) {
        last = new Point(last.falsePositives + others, last.truePositives + members);
        points.add(last);
      }
    }
    return new Roc(points);
  }

  /// The steps, from (0, 0) to (non-members, members).
  public List<Point> points() {
    return points;
  }

  public long members() {
    return points.getLast().truePositives;
  }

  public long nonMembers() {
    return points.getLast().falsePositives;
  }

  /// The last step whose false positive rate is at most this.
  public Point at(double falsePositiveRate) {
    // 1e-9: a product such as .1 * 30 must not fall below the whole number it stands for
    double allowed = falsePositiveRate * nonMembers() + 1e-9;
    Point best = points.getFirst();
    for (Point point : points) {
      if (point.falsePositives <= allowed) {
        best = point;
      }
    }
    return best;
  }

  /// The true positive rate there.
  public double tprAt(double falsePositiveRate) {
    return (double) at(falsePositiveRate).truePositives / members();
  }

  /// The largest lead of the true over the false positive rate at any threshold.
  public double advantage() {
    double best = 0;
    for (Point point : points) {
      best =
          Math.max(
              best,
              (double) point.truePositives / members()
                  - (double) point.falsePositives / nonMembers());
    }
    return best;
  }
}
