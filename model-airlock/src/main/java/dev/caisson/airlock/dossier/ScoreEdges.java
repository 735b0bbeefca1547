package dev.caisson.airlock.dossier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Where to cut scores into at most 200 bins: evenly over the bulk, for the histogram, and finely
/// at the top, where a false positive rate of 0.1% is read: between one and the next of the
/// non-members with the highest scores, further apart as there are more above. 0 is an edge where
/// scores lie on both sides of it.
///
/// An edge is the shortest decimal between two scores, so that it is nobody's own score.
final class ScoreEdges {
  private static final int EVEN = 100;
  private static final int TOP = 90;

  private ScoreEdges() {}

  /// Rising edges for finite scores of both sides; none if all are equal.
  static List<Double> of(double[] members, double[] nonMembers) {
    double[] others = nonMembers.clone();
    Arrays.sort(others);
    double[] all = Arrays.copyOf(members, members.length + others.length);
    System.arraycopy(others, 0, all, members.length, others.length);
    Arrays.sort(all);
    NavigableSet<Double> edges = new TreeSet<>();
    double low = all[(int) (0.005 * (all.length - 1))];
    double high = all[(int) Math.ceil(0.995 * (all.length - 1))];
    for (int i = 0; i <= EVEN; i++) {
      cut(edges, all, low + (high - low) * i / EVEN);
    }
    for (int above : ranks(others.length)) {
      cutAbove(edges, all, others[others.length - 1 - above]);
    }
    if (all[0] < 0 && all[all.length - 1] >= 0) {
      edges.add(0.0);
    }
    return new ArrayList<>(edges);
  }

  /// 0, 1, 2, ... and then ever further apart, up to half of the non-members.
  private static List<Integer> ranks(int count) {
    List<Integer> ranks = new ArrayList<>();
    double growth = Math.max(1.08, Math.pow(count / 2.0, 1.0 / (TOP - 20)));
    for (int rank = 0;
        rank < count && rank <= count / 2 && ranks.size() < TOP;
        rank = Math.max(rank + 1, (int) (rank * growth))) {
      ranks.add(rank);
    }
    return ranks;
  }

  private static void cut(NavigableSet<Double> edges, double[] all, double where) {
    int found = Arrays.binarySearch(all, where);
    cutAbove(edges, all, all[Math.clamp(found >= 0 ? found : -found - 2, 0, all.length - 1)]);
  }

  /// Between this score and the next higher one, if there is one.
  private static void cutAbove(NavigableSet<Double> edges, double[] all, double score) {
    int from = Arrays.binarySearch(all, Math.nextUp(score));
    int next = from >= 0 ? from : -from - 1;
    // of equal scores any may be found: the next higher score is what is looked for
    while (next > 0 && all[next - 1] > score) {
      next--;
    }
    if (next < all.length) {
      edges.add(shortest(score, all[next]));
    }
  }

  /// The shortest decimal above `low` and at most `high`.
  static double shortest(double low, double high) {
    for (int digits = -3; digits <= 15; digits++) {
      double scale = Math.pow(10, digits);
      double decimal = Math.floor(high * scale) / scale;
      if (low < decimal && decimal <= high) {
        return decimal == 0 ? 0.0 : decimal; // never -0
      }
    }
    return high;
  }
}
