package dev.caisson.secagg.graph;

/// How many marked members a draw of `sampled` out of `total`, `marked` of them marked, holds when
/// it is drawn without putting back. Tails are summed outward from their largest term, in log
/// space, so that probabilities of 2^-1000 keep their digits.
record Hypergeometric(int total, int marked, int sampled) {
  Hypergeometric {
    if (total < 0 || marked < 0 || marked > total || sampled < 0 || sampled > total) {
      throw new IllegalArgumentException(
          "no draw of %d out of %d with %d marked".formatted(sampled, total, marked));
    }
  }

  /// The fewest and the most marked that a draw can hold.
  int least() {
    return Math.max(0, sampled + marked - total);
  }

  int most() {
    return Math.min(sampled, marked);
  }

  /// ln Pr[X = x].
  double logMass(int x) {
    return x < least() || x > most()
        ? Double.NEGATIVE_INFINITY
        : LogFactorial.choose(marked, x)
            + LogFactorial.choose(total - marked, sampled - x)
            - LogFactorial.choose(total, sampled);
  }

  /// ln Pr[X >= x]. Above the mode it is summed; at or below it, where it is no small number, it is
  /// one less the other tail.
  double logAtLeast(int x) {
    if (x <= least()) {
      return 0;
    }
    return x > mode() ? upperTail(x) : oneLess(unmarked().upperTail(sampled - x + 1));
  }

  /// ln Pr[X <= x].
  double logAtMost(int x) {
    if (x >= most()) {
      return 0;
    }
    return x >= mode() ? oneLess(upperTail(x + 1)) : unmarked().upperTail(sampled - x);
  }

  /// The same draw, counting those that are not marked.
  private Hypergeometric unmarked() {
    return new Hypergeometric(total, total - marked, sampled);
  }

  /// ln Pr[X >= x] term by term, for an x from the mode upward: the terms only fall.
  private double upperTail(int x) {
    if (x > most()) {
      return Double.NEGATIVE_INFINITY;
    }
    double sum = 0;
    double term = 1;
    for (int at = x; at <= most() && term > sum * 0x1p-60; at++) {
      sum += term;
      double left = (double) (marked - at) * (sampled - at);
      term *= left / ((at + 1.0) * (total - marked - sampled + at + 1.0));
    }
    return Math.min(0, logMass(x) + Math.log(sum));
  }

  private static double oneLess(double log) {
    return Math.log1p(-Math.min(Math.exp(log), 1 - 0x1p-53));
  }

  private int mode() {
    return (int) ((sampled + 1L) * (marked + 1L) / (total + 2L));
  }

  /// The least x with Pr[X <= x] >= 2^`log2`, for a probability below one half.
  int quantile(double log2) {
    double wanted = log2 * Math.log(2);
    int low = least() - 1; // Pr[X <= low] is below
    int high = most();
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (logAtMost(middle) >= wanted) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /// ln(e^a + e^b).
  static double plus(double a, double b) {
    double larger = Math.max(a, b);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
  }
}
