package dev.caisson.airlock.rows;

/// Which places of a plane have a point nearby: a bitmap of cells by hash, 64 to 128 bits a point.
/// May say yes where there is none, never no where there is one. Spares [Needles] most of its
/// searches, whose answer is mostly that nothing is there.
final class KeyGrid {
  private static final int BITS_A_POINT = 64;
  private static final double ROUNDING = 1 + 1e-9; // beyond that of the sums compared

  private final double reach;
  private final double secondReach;
  private final double perKey; // cells a unit: cells are as wide as what is nearby, so two a side
  private final double perSecond;
  private final long[] bits;
  private final int shift;

  /// Points `(keys[i], secondKeys[i])`; what is nearby differs by at most the reaches, both
  /// positive.
  KeyGrid(double[] keys, double[] secondKeys, double reach, double secondReach) {
    if (!(reach > 0 && secondReach > 0)) {
      throw new IllegalArgumentException(
          "reaches are positive, got %s and %s".formatted(reach, secondReach));
    }
    this.reach = reach * ROUNDING;
    this.secondReach = secondReach * ROUNDING;
    this.perKey = 1 / (2 * this.reach);
    this.perSecond = 1 / (2 * this.secondReach);
    long wanted = Math.clamp((long) BITS_A_POINT * keys.length, 1L << 12, 1L << 32);
    int log = Long.SIZE - Long.numberOfLeadingZeros(wanted - 1);
    this.bits = new long[(int) ((1L << log) / Long.SIZE)];
    this.shift = Long.SIZE - log;
    for (int i = 0; i < keys.length; i++) {
      long at = place(cell(keys[i] * perKey), cell(secondKeys[i] * perSecond));
      bits[(int) (at >>> 6)] |= 1L << at; // the shift takes the low six bits
    }
  }

  /// Whether a point may be within reach.
  boolean near(double key, double second) {
    long last = cell((key + reach) * perKey);
    long secondFirst = cell((second - secondReach) * perSecond);
    long secondLast = cell((second + secondReach) * perSecond);
    for (long x = cell((key - reach) * perKey); x <= last; x++) {
      for (long y = secondFirst; y <= secondLast; y++) {
        long at = place(x, y);
        if ((bits[(int) (at >>> 6)] & (1L << at)) != 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static long cell(double key) {
    return (long) Math.floor(key);
  }

  private long place(long x, long y) {
    return ((x * 0x9e3779b97f4a7c15L + y * 0xc2b2ae3d27d4eb4fL) * 0xbf58476d1ce4e5b9L) >>> shift;
  }
}
