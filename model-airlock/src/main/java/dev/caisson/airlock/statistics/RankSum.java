package dev.caisson.airlock.statistics;

import java.util.Arrays;

/// The Mann-Whitney comparison of members' scores with non-members': everything that an AUC, its
/// test and its interval need, as numbers that add up exactly over sites.
///
/// `twiceU` counts each (member, non-member) pair 2 if the member scores higher, 1 if they tie.
/// `nullVariance` is Var(U) when both sides come from one distribution, `m n / 12 * ((N + 1) -
/// sum(t^3 - t) / (N (N - 1)))` with tie groups of size t: the tie correction of Lehmann,
/// *Nonparametrics* (1975), section 1.4. Without ties it is `(1/4 + (N - 2)/12) m n`. `variance` is
/// Var(U) without that assumption, by DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988) from
/// the placements; a side with one person has no spread of its own and takes the largest that a
/// placement can have, 1/4.
///
/// One score per *person*: rows of one person are not independent, so the caller joins them first.
public record RankSum(
    long members, long nonMembers, long twiceU, double nullVariance, double variance) {

  public RankSum {
    if (members < 1 || nonMembers < 1) {
      throw new IllegalArgumentException(
          "a rank sum compares two sides, got %d members and %d non-members"
              .formatted(members, nonMembers));
    }
    if (twiceU < 0 || twiceU > 2 * Math.multiplyExact(members, nonMembers)) {
      throw new IllegalArgumentException("twice U is 0..2mn, got " + twiceU);
    }
  }

  /// From scores where higher means "more likely a member". At most 2 million on a side, all
  /// finite.
  public static RankSum of(double[] memberScores, double[] nonMemberScores) {
    double[] members = sorted(memberScores);
    double[] others = sorted(nonMemberScores);
    int m = members.length;
    int n = others.length;
    long[] memberPlacements = placements(members, others);
    long[] otherPlacements = placements(others, members);
    long twiceU = Arrays.stream(memberPlacements).sum();
    double pairs = (double) m * n;
    double variance =
        pairs * pairs * (spread(memberPlacements, n) / m + spread(otherPlacements, m) / n);
    return new RankSum(m, n, twiceU, nullVariance(members, others), variance);
  }

  public long pairs() {
    return members * nonMembers;
  }

  /// The chance that a random member scores higher than a random non-member, ties counted half.
  public double auc() {
    return twiceU / (2.0 * pairs());
  }

  private static double[] sorted(double[] scores) {
    double[] copy = scores.clone();
    Arrays.sort(copy);
    for (double score : copy) {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException("a score is not finite: " + score);
      }
    }
    if (copy.length > 2_000_000) {
      throw new IllegalArgumentException(
          "%d scores on a side, at most 2 million".formatted(copy.length));
    }
    return copy;
  }

  /// For each value of `mine`, twice the count of `theirs` below it plus the count equal to it.
  private static long[] placements(double[] mine, double[] theirs) {
    long[] placements = new long[mine.length];
    int below = 0;
    int upTo = 0;
    for (int i = 0; i < mine.length; i++) {
      while (below < theirs.length && theirs[below] < mine[i]) {
        below++;
      }
      upTo = Math.max(upTo, below);
      while (upTo < theirs.length && theirs[upTo] <= mine[i]) {
        upTo++;
      }
      placements[i] = (long) below + upTo;
    }
    return placements;
  }

  /// The sample variance of placements as fractions of the other side.
  private static double spread(long[] placements, int otherSide) {
    if (placements.length == 1) {
      return 0.25;
    }
    double mean = Arrays.stream(placements).average().orElseThrow();
    double squares = 0;
    for (long placement : placements) {
      squares += (placement - mean) * (placement - mean);
    }
    return squares / (placements.length - 1) / (4.0 * otherSide * otherSide);
  }

  private static double nullVariance(double[] members, double[] others) {
    double total = (double) members.length + others.length;
    double ties = 0;
    int i = 0;
    int j = 0;
    while (i < members.length || j < others.length) {
      double next =
          Math.min(
              i < members.length ? members[i] : Double.POSITIVE_INFINITY,
              j < others.length ? others[j] : Double.POSITIVE_INFINITY);
      long group = 0;
      for (; i < members.length && members[i] == next; i++) {
        group++;
      }
      for (; j < others.length && others[j] == next; j++) {
        group++;
      }
      ties += (double) group * group * group - group;
    }
    return (double) members.length
        * others.length
        / 12
        * (total + 1 - ties / (total * (total - 1)));
  }
}
