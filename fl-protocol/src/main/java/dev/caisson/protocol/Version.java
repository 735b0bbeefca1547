package dev.caisson.protocol;

import java.util.OptionalInt;

/// What this build speaks and calls itself.
public final class Version {
  /// The highest protocol that this build speaks.
  public static final int PROTOCOL = 4;

  /// The lowest one. Version 2 had no resumed connections.
  public static final int LOWEST = 4;

  /// Named in provenance.
  public static final String SOFTWARE = "caisson 0.1.0";

  private Version() {}

  /// The highest protocol that this build and one that speaks `lowest` to `highest` have in common.
  public static OptionalInt common(int lowest, int highest) {
    int best = Math.min(PROTOCOL, highest);
    return best >= Math.max(LOWEST, lowest) ? OptionalInt.of(best) : OptionalInt.empty();
  }

  /// Which protocols there are from `lowest` to `highest`, for people.
  public static String range(int lowest, int highest) {
    return lowest == highest
        ? "protocol " + highest
        : "protocols %d to %d".formatted(lowest, highest);
  }
}
