package dev.caisson.runtime.build;

import java.util.List;

/// The bounds that several kinds share, with one wording.
final class Sizes {
  /// The widest layer, and the most inputs or outputs.
  static final int WIDEST = 1 << 16;

  /// Numbers in one row of input: 64 MiB of floats.
  private static final long MOST_NUMBERS = 1 << 24;

  private Sizes() {}

  static void require(String name, int size, int most) {
    if (size < 1 || size > most) {
      throw new IllegalArgumentException("%s must be 1..%d, got %d".formatted(name, most, size));
    }
  }

  static void require(String name, List<Integer> sizes, int fewest, int mostSizes, int most) {
    if (sizes.size() < fewest || sizes.size() > mostSizes) {
      throw new IllegalArgumentException(
          "%s has %d to %d layers, got %d".formatted(name, fewest, mostSizes, sizes.size()));
    }
    sizes.forEach(size -> require(name, size, most));
  }

  static void requireRow(long... sizes) {
    long numbers = 1;
    for (long size : sizes) {
      numbers *= size; // each is at most 2^16, and there are three
    }
    if (numbers > MOST_NUMBERS) {
      throw new IllegalArgumentException(
          "one row of input would have %,d numbers, at most %,d are allowed"
              .formatted(numbers, MOST_NUMBERS));
    }
  }

  static void requireDropout(double dropout) {
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be 0 <= x < 1, got " + dropout);
    }
  }
}
