package dev.caisson.airlock.evidence;

import java.util.Arrays;

/// Equal rows within and across the sides, counted over the groups of one sorted array of hashes
/// whose lowest bit is the side (0 a member). Nothing is boxed; nothing is allocated.
///
/// @param othersAcross non-members' rows that equal a member's
/// @param membersTwice members' rows that equal another member's
/// @param othersTwice non-members' rows that equal another non-member's
/// @param surplus how many more pairs lie across than sides dealt by chance would have, over groups
///   of 2 to [#SMALL] rows
/// @param excess how many standard deviations more pairs lie across than that; 0 if it is under
///   [#FEWEST] pairs
/// @param paired whether too many rows come in twos for rows drawn apart: of independent rows from
///   any population whatever, kinds seen once, twice and three times number f1, f2 and f3 with (2
///   f2)^2 <= f1 6 f3 in expectation (Cauchy and Schwarz on the moments of the kinds' Poisson
///   rates); four deviations are allowed for each of them
record Coincidence(
    int othersAcross,
    int membersTwice,
    int othersTwice,
    double surplus,
    double excess,
    boolean paired) {
  /// Groups of more rows than this are kinds of people, not persons.
  static final int SMALL = 10;

  private static final int FEWEST = 3;

  static Coincidence of(long[] sorted) {
    return of(sorted, sorted.length);
  }

  /// Of the first `count` hashes, which are sorted.
  static Coincidence of(long[] sorted, int count) {
    long members = Arrays.stream(sorted, 0, count).filter(h -> (h & 1) == 0).count();
    double share = (double) members / count;
    double even = share * (1 - share);
    double apart = 2 * even * count / Math.max(1, count - 1);
    int across = 0;
    int membersTwice = 0;
    int othersTwice = 0;
    double pairs = 0;
    double expected = 0;
    double variance = 0;
    long[] kinds = new long[4]; // seen once, twice, three times
    int from = 0;
    while (from < count) {
      int to = end(sorted, from, count);
      int size = to - from;
      int in = membersOf(sorted, from, to);
      int out = size - in;
      if (size < kinds.length) {
        kinds[size]++;
      }
      across += in > 0 ? out : 0;
      membersTwice += in > 1 ? in : 0;
      othersTwice += out > 1 ? out : 0;
      if (size > 1 && size <= SMALL) {
        double all = size * (size - 1) / 2.0;
        pairs += (double) in * out;
        expected += all * apart;
        // pairs of one group that share a row are dealt together
        variance += all * apart * (1 - apart) + 2 * all * (size - 2) * even * (1 - 4 * even);
      }
      from = to;
    }
    double excess = pairs - expected;
    return new Coincidence(
        across,
        membersTwice,
        othersTwice,
        excess,
        excess < FEWEST ? 0 : (excess - 0.5) / Math.sqrt(Math.max(variance, 1e-9)),
        paired(kinds[1], kinds[2], kinds[3]));
  }

  private static boolean paired(long once, long twice, long thrice) {
    double least = Math.max(0.0, twice - 4 * Math.sqrt((double) twice));
    double most = once + 4 * Math.sqrt((double) once) + 4;
    double expected = 2 * least * least / (3 * most);
    return thrice < expected - 4 * Math.sqrt(expected) - 4;
  }

  /// Where the group that starts here ends.
  private static int end(long[] sorted, int from, int count) {
    long name = sorted[from] >>> 1;
    int to = from + 1;
    while (to < count && sorted[to] >>> 1 == name) {
      to++;
    }
    return to;
  }

  /// Members of a group: its first hashes, as sorted.
  private static int membersOf(long[] sorted, int from, int to) {
    int in = 0;
    while (from + in < to && (sorted[from + in] & 1) == 0) {
      in++;
    }
    return in;
  }

  /// The first position of at least this.
  static int first(long[] sorted, long value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
