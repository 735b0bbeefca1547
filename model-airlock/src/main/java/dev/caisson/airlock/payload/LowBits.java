package dev.caisson.airlock.payload;

import dev.caisson.airlock.scan.WeightBits;
import java.util.Arrays;

/// The bits at the low end of each weight's mantissa, above the export's own grid.
///
/// The grid is fitted to the tensor: the common power of two that all numbers are multiples of
/// (sums in fixed point have such a grid, so that large numbers have empty low bits), and the
/// mantissa bits that no number uses (halves stored as floats). A number's free bits are those of
/// its mantissa above both. For numbers with a smooth density, bits that lie at least seven places
/// below the leading one are uniform up to a relative 2^-7 of the density's slope within one
/// octave, so only numbers with 15 free bits or more are kept: 7 on top, and 8 to test.
final class LowBits {
  private static final int TOP = 7;
  private static final int BYTE = 8;

  private final int[] bytes;
  private final int[] seconds;
  private final int distinct;

  private LowBits(int[] bytes, int[] seconds, int distinct) {
    this.bytes = bytes;
    this.seconds = seconds;
    this.distinct = distinct;
  }

  static LowBits of(WeightBits weights) {
    int mantissa = weights.mantissa();
    long mask = (1L << mantissa) - 1;
    int most = (1 << weights.exponent()) - 1;
    int unused = mantissa;
    int grid = Integer.MAX_VALUE;
    for (int i = 0; i < weights.size(); i++) {
      int exponent = (int) (weights.at(i) >>> mantissa) & most;
      if (exponent > 0 && exponent < most) {
        int zeros = Math.min(mantissa, Long.numberOfTrailingZeros(weights.at(i) & mask));
        unused = Math.min(unused, zeros);
        grid = Math.min(grid, exponent - mantissa + zeros);
      }
    }
    int[] bytes = new int[weights.size()];
    int[] seconds = new int[weights.size()];
    long[] sorted = new long[weights.size()];
    int count = 0;
    int wide = 0;
    for (int i = 0; i < weights.size(); i++) {
      int exponent = (int) (weights.at(i) >>> mantissa) & most;
      if (exponent == 0 || exponent == most) {
        continue;
      }
      int low = Math.max(unused, grid - (exponent - mantissa));
      if (mantissa - low >= TOP + BYTE) {
        long bits = (weights.at(i) & mask) >>> low;
        sorted[count] = weights.at(i);
        bytes[count++] = (int) bits & 0xff;
        if (mantissa - low >= TOP + 2 * BYTE) {
          seconds[wide++] = (int) (bits >>> BYTE) & 0xff;
        }
      }
    }
    return new LowBits(
        Arrays.copyOf(bytes, count), Arrays.copyOf(seconds, wide), distinct(sorted, count));
  }

  private static int distinct(long[] numbers, int count) {
    Arrays.sort(numbers, 0, count);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      distinct += i == 0 || numbers[i] != numbers[i - 1] ? 1 : 0;
    }
    return distinct;
  }

  /// The lowest free byte of each number that has one, in file order.
  int[] bytes() {
    return bytes;
  }

  /// The byte above it, of each number that has one.
  int[] seconds() {
    return seconds;
  }

  /// How many different numbers there are among those that have a free byte.
  int distinct() {
    return distinct;
  }
}
