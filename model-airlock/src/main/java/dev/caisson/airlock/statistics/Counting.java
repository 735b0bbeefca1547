package dev.caisson.airlock.statistics;

/// How many of rising numbers lie below or up to a value, by bisection.
public final class Counting {
  private Counting() {}

  public static int below(double[] sorted, double value) {
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

  public static int upTo(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  public static int above(double[] sorted, double value) {
    return sorted.length - upTo(sorted, value);
  }
}
