package dev.caisson.airlock.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The 95% interval of an AUC over rows when rows come in persons: persons are drawn again with all
/// their rows, on each side apart, and the interval runs from the 2.5th to the 97.5th percentile of
/// the AUCs (cluster bootstrap; Obuchowski, *Biometrics* 53, 1997, for why rows alone will not do).
/// Fair from some 50 persons a side. Rows of one person may have as many scores as they like.
public final class ClusterBootstrap {
  private static final int RESAMPLES = 1_000;

  private final int[] codes; // of each row: its score's place among the distinct scores
  private final int[] persons; // of each row, 0..count-1 on its side
  private final int count;

  private ClusterBootstrap(double[] scores, int[] persons, double[] distinct) {
    if (scores.length == 0 || scores.length != persons.length) {
      throw new IllegalArgumentException(
          "%d scores of %d rows".formatted(scores.length, persons.length));
    }
    codes = new int[scores.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Counting.below(distinct, scores[i]);
    }
    int[] names = Arrays.stream(persons).sorted().distinct().toArray();
    this.persons = Arrays.stream(persons).map(p -> Arrays.binarySearch(names, p)).toArray();
    count = names.length;
  }

  /// `persons` name the person of each row in any numbers; the seed decides the resamples.
  public static Interval interval(
      double[] memberScores,
      int[] memberPersons,
      double[] nonMemberScores,
      int[] nonMemberPersons,
      long seed) {
    double[] pooled = Arrays.copyOf(memberScores, memberScores.length + nonMemberScores.length);
    System.arraycopy(nonMemberScores, 0, pooled, memberScores.length, nonMemberScores.length);
    double[] distinct = Arrays.stream(pooled).sorted().distinct().toArray();
    ClusterBootstrap members = new ClusterBootstrap(memberScores, memberPersons, distinct);
    ClusterBootstrap others = new ClusterBootstrap(nonMemberScores, nonMemberPersons, distinct);
    SplittableRandom random = new SplittableRandom(seed);
    double[] aucs = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      aucs[i] = auc(members.drawn(distinct.length, random), others.drawn(distinct.length, random));
    }
    Arrays.sort(aucs);
    int tail = RESAMPLES / 40;
    return new Interval(aucs[tail - 1], aucs[RESAMPLES - tail], 0.95);
  }

  /// Rows at each distinct score, in a side of as many persons drawn with replacement.
  private int[] drawn(int scores, SplittableRandom random) {
    int[] times = new int[count];
    for (int i = 0; i < count; i++) {
      times[random.nextInt(count)]++;
    }
    int[] rows = new int[scores];
    for (int i = 0; i < codes.length; i++) {
      rows[codes[i]] += times[persons[i]];
    }
    return rows;
  }

  private static double auc(int[] members, int[] others) {
    double twiceU = 0;
    long membersSoFar = 0;
    long below = 0;
    for (int score = 0; score < members.length; score++) {
      twiceU += members[score] * (2.0 * below + others[score]);
      below += others[score];
      membersSoFar += members[score];
    }
    return twiceU / (2.0 * membersSoFar * below);
  }
}
