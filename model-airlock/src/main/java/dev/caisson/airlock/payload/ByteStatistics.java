package dev.caisson.airlock.payload;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/// Counts of bytes against the uniform null.
///
/// `pValue` is Pearson's chi-square with `cells - 1` degrees of freedom; cells are as many powers
/// of two (at most 256) as leave at least 20 expected in each, where the chi-square tail at 1e-9 is
/// right within a factor of about three. `entropy` is in bits a byte.
record ByteStatistics(int count, int cells, double chiSquare, double pValue, double entropy) {
  private static final int EXPECTED = 20;

  /// Enough for 16 cells.
  static final int FEWEST = 16 * EXPECTED;

  static ByteStatistics of(int[] bytes, int from, int to) {
    int count = to - from;
    int cells = 256;
    while (cells > 16 && count / cells < EXPECTED) {
      cells /= 2;
    }
    int[] counts = new int[256];
    for (int i = from; i < to; i++) {
      counts[bytes[i]]++;
    }
    double entropy = 0;
    for (int c : counts) {
      entropy -= c == 0 ? 0 : (double) c / count * Math.log((double) c / count) / Math.log(2);
    }
    int width = 256 / cells;
    double expected = (double) count / cells;
    double chiSquare = 0;
    for (int cell = 0; cell < cells; cell++) {
      int seen = 0;
      for (int i = 0; i < width; i++) {
        seen += counts[cell * width + i];
      }
      chiSquare += (seen - expected) * (seen - expected) / expected;
    }
    double p = ChiSquaredDistribution.of(cells - 1).survivalProbability(chiSquare);
    return new ByteStatistics(count, cells, chiSquare, p, entropy);
  }
}
