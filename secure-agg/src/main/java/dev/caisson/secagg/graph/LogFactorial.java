package dev.caisson.secagg.graph;

/// Natural logarithms of factorials and binomials. Exact to a few units in the last place of the
/// result: sums of logarithms below 1024, Stirling's series with three terms (error below 1/(1680
/// x^7) < 1e-24) above.
final class LogFactorial {
  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;
  private static final double[] SMALL = new double[1024];

  static {
    double sum = 0;
    double lost = 0; // Kahan's compensation
    for (int i = 2; i < SMALL.length; i++) {
      double term = Math.log(i) - lost;
      double next = sum + term;
      lost = (next - sum) - term;
      sum = next;
      SMALL[i] = sum;
    }
  }

  private LogFactorial() {}

  static double of(int n) {
    if (n < SMALL.length) {
      return SMALL[n];
    }
    double x = n + 1.0;
    double square = x * x;
    double series = (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / x;
    return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + series;
  }

  /// ln C(n, k); minus infinity where there is no such choice.
  static double choose(int n, int k) {
    return k < 0 || k > n ? Double.NEGATIVE_INFINITY : of(n) - of(k) - of(n - k);
  }
}
