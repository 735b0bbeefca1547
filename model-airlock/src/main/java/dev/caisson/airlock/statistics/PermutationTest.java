package dev.caisson.airlock.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// The one-sided chance that scores say nothing about membership and still rank members this high:
/// the permutation test of the rank sum, given the pooled scores and so given their ties.
///
/// Guarantee: with exchangeable sides P(p <= alpha) <= alpha for every alpha, because the trial's
/// rule was fixed before these people were looked at, so that each way of naming `members` of them
/// is equally likely. Nothing is fitted again: an attack that fits on some people and scores others
/// is, given the fit, such a fixed rule.
///
/// Up to LARGE persons on the smaller side, or outside the largest tie, the permutations are
/// sampled and counted with the observed one, p = (1 + reached) / (1 + DRAWS), or, once ENOUGH of
/// them have reached it, ENOUGH / drawn (Besag and Clifford, *Biometrika* 78, 1991); both are exact
/// in the sense above and never under 10^-4. Beyond that the tie-corrected normal tail with
/// continuity correction stands in; its error there is of the order 10^-4.
public final class PermutationTest {
  private static final int DRAWS = 9_999;
  private static final int ENOUGH = 1_000;
  private static final int LARGE = 1_000;

  private final int members;
  private final int nonMembers;
  private final long[] ranks; // doubled mid-ranks less that of the largest tie, without its zeros
  private final long observed; // their sum over members

  private PermutationTest(int members, int nonMembers, long[] ranks, long observed) {
    this.members = members;
    this.nonMembers = nonMembers;
    this.ranks = ranks;
    this.observed = observed;
  }

  /// The p-value of this trial; the seed decides the sampled permutations only.
  public static double p(Trial trial, long seed) {
    PermutationTest test = of(trial.memberScores(), trial.nonMemberScores());
    if (Math.min(trial.smallerSide(), test.ranks.length) < LARGE) {
      return test.sampled(seed);
    }
    RankSum sums = trial.ranks();
    double above = (sums.twiceU() - 1 - (double) sums.pairs()) / 2;
    return NormalDistribution.of(0, 1).survivalProbability(above / Math.sqrt(sums.nullVariance()));
  }

  private static PermutationTest of(double[] memberScores, double[] nonMemberScores) {
    double[] in = memberScores.clone();
    double[] out = nonMemberScores.clone();
    Arrays.sort(in);
    Arrays.sort(out);
    int total = in.length + out.length;
    long[] ranks = new long[total];
    long sum = 0;
    long tieRank = 0;
    int tieSize = 0;
    int i = 0;
    int j = 0;
    while (i + j < total) {
      double next = j == out.length || (i < in.length && in[i] < out[j]) ? in[i] : out[j];
      int from = i + j;
      int first = i;
      while (i < in.length && in[i] <= next) {
        i++;
      }
      while (j < out.length && out[j] <= next) {
        j++;
      }
      long rank = (long) from + i + j + 1;
      Arrays.fill(ranks, from, i + j, rank);
      sum += rank * (i - first);
      if (i + j - from > tieSize) {
        tieSize = i + j - from;
        tieRank = rank;
      }
    }
    long common = tieRank;
    long[] kept = Arrays.stream(ranks).filter(r -> r != common).map(r -> r - common).toArray();
    return new PermutationTest(in.length, out.length, kept, sum - common * in.length);
  }

  private double sampled(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean oneByOne = ranks.length <= Math.min(members, nonMembers);
    long[] pool = oneByOne ? ranks : Arrays.copyOf(ranks, members + nonMembers);
    long all = Arrays.stream(ranks).sum();
    int reached = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      long sum;
      if (oneByOne) {
        sum = selected(random);
      } else if (members <= nonMembers) {
        sum = dealt(pool, members, random);
      } else {
        sum = all - dealt(pool, nonMembers, random);
      }
      if (sum >= observed) {
        reached++;
      }
      if (reached == ENOUGH) {
        return (double) ENOUGH / (draw + 1);
      }
    }
    return (1.0 + reached) / (1.0 + DRAWS);
  }

  /// Goes through those outside the largest tie; each is a member with the chance that is left
  /// (selection sampling, Knuth, *The Art of Computer Programming*, volume 2, 3.4.2, algorithm S).
  private long selected(SplittableRandom random) {
    int needed = members;
    int left = members + nonMembers;
    long sum = 0;
    for (long rank : ranks) {
      if (random.nextInt(left--) < needed) {
        needed--;
        sum += rank;
      }
    }
    return sum;
  }

  private static long dealt(long[] pool, int count, SplittableRandom random) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(pool.length - i);
      long chosen = pool[j];
      pool[j] = pool[i];
      pool[i] = chosen;
      sum += chosen;
    }
    return sum;
  }
}
