package dev.caisson.secagg.encoding;

import java.util.Optional;

/// One segment's values as the caller has them.
sealed interface Values {
  int length();

  @SuppressWarnings("ArrayRecordComponent") // the caller's array, by design not copied
  record Floats(float[] array) implements Values {
    @Override
    public int length() {
      return array.length;
    }

    Optional<String> notFinite() {
      return Values.notFinite(array, array.length, 0);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // the caller's array, by design not copied
  record Doubles(double[] array) implements Values {
    @Override
    public int length() {
      return array.length;
    }

    Optional<String> notFinite() {
      for (int i = 0; i < array.length; i++) {
        if (!Double.isFinite(array[i])) {
          return Optional.of("entry %d is not finite".formatted(i));
        }
      }
      return Optional.empty();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // the caller's array, by design not copied
  record Longs(long[] array) implements Values {
    @Override
    public int length() {
      return array.length;
    }

    Optional<String> outside(long min, long max) {
      for (int i = 0; i < array.length; i++) {
        if (array[i] < min || array[i] > max) {
          return Optional.of("entry %d is outside %d..%d".formatted(i, min, max));
        }
      }
      return Optional.empty();
    }
  }

  /// Values that are asked for, a piece at a time.
  record Pieces(int length, RealSource source) implements Values {
    private static final int PIECE = 1 << 14;

    Optional<String> notFinite() {
      float[] piece = new float[Math.min(PIECE, length)];
      for (int from = 0; from < length; from += piece.length) {
        int size = Math.min(piece.length, length - from);
        source.read(from, piece, size);
        Optional<String> found = Values.notFinite(piece, size, from);
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
  }

  /// The first of `size` values that is not finite; `from` is the entry of the first.
  static Optional<String> notFinite(float[] values, int size, int from) {
    if (areFinite(values, size)) {
      return Optional.empty();
    }
    for (int i = 0; i < size; i++) {
      if (!Float.isFinite(values[i])) {
        return Optional.of("entry %d is not finite".formatted(from + i));
      }
    }
    throw new IllegalStateException("the loop without a branch found one");
  }

  /// All exponent bits are set in what is not finite (IEEE 754 §3.4), and adding one to the
  /// exponent makes such a number negative. Without a branch, so that it becomes vector
  /// instructions.
  private static boolean areFinite(float[] values, int size) {
    int exponent = 0x7f80_0000;
    int any = 0;
    for (int i = 0; i < size; i++) {
      any |= (Float.floatToRawIntBits(values[i]) & exponent) + 0x0080_0000;
    }
    return any >= 0;
  }
}
