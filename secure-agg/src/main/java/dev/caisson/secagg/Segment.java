package dev.caisson.secagg;

import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;

/// A named run of entries of the summed vector.
public sealed interface Segment {
  /// The largest magnitude an encoded entry may have: exact in a double, and `2 n Q` in a long.
  long MAX_MAGNITUDE = 1L << 50;

  String name();

  /// Entries, at least one.
  int length();

  /// Q: the largest magnitude of one site's encoded entry.
  long max();

  /// Real values, clipped to `[-clip, clip]` and scaled so that `clip` (times the largest weight,
  /// where `weighted`) becomes `max`. The result is off by less than one step `clip * maxWeight /
  /// max` per site and unbiased to 2^-32 of a step. Doubles on the way add up to 2^-51 of the clip
  /// (times the largest weight) to both, which is more than that from `max = 2^19` on.
  record Real(String name, int length, double clip, long max, boolean weighted) implements Segment {
    public Real {
      check(name, length, max);
      if (!(clip >= 1e-30 && clip <= 1e30)) { // beyond, steps per unit may be infinite or nought
        throw new IllegalArgumentException(
            "segment '%s': clip must be 1e-30 to 1e30, got %s".formatted(name, clip));
      }
    }
  }

  /// Whole numbers, summed exactly and never weighted: `0..max`, or `-max..max` where `signed`. A
  /// number outside is refused, not clamped.
  record Exact(String name, int length, long max, boolean signed) implements Segment {
    public Exact {
      check(name, length, max);
    }
  }

  private static void check(String name, int length, long max) {
    if (name.isEmpty() || name.length() > 120) {
      throw new IllegalArgumentException(
          "a segment's name has 1 to 120 characters, got %d".formatted(name.length()));
    }
    if (length < 1 || length > VectorSpec.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "segment '%s': length must be 1..%d, got %d"
              .formatted(name, VectorSpec.MAX_LENGTH, length));
    }
    if (max < 1 || max > MAX_MAGNITUDE) {
      throw new IllegalArgumentException(
          "segment '%s': max must be 1..2^50, got %d".formatted(name, max));
    }
  }

  /// Appends this segment to an encoding.
  default void write(FieldWriter out) {
    switch (this) {
      case Real r ->
          out.text("real")
              .text(r.name)
              .number(r.length)
              .real(r.clip)
              .number(r.max)
              .number(r.weighted ? 1 : 0);
      case Exact e ->
          out.text("exact").text(e.name).number(e.length).number(e.max).number(e.signed ? 1 : 0);
    }
  }

  /// Reads what [#write] wrote.
  static Segment read(FieldReader in) throws MalformedException {
    String kind = in.text(8);
    String name = in.text(480);
    int length = in.number(1, VectorSpec.MAX_LENGTH);
    try {
      return switch (kind) {
        case "real" -> new Real(name, length, in.real(), in.number(), in.number(0, 1) == 1);
        case "exact" -> new Exact(name, length, in.number(), in.number(0, 1) == 1);
        default -> throw new MalformedException("a segment is real or exact");
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()), e);
    }
  }
}
