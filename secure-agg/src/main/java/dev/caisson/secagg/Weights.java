package dev.caisson.secagg;

import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;

/// How a site's weight (say, its number of rows) enters weighted segments.
public sealed interface Weights {
  /// Larger weights would leave too few bits for the weighted values.
  long MAX_WEIGHT = 1L << 40;

  /// Every site weighs 1; the mean divides by the number of survivors. Tells nothing about counts.
  record Equal() implements Weights {}

  /// The mean is `sum(w x) / denominator`, with a public denominator; the sum of weights is not
  /// sent. Where sites drop out, the mean shrinks.
  record FixedDenominator(long maxWeight, long denominator) implements Weights {
    public FixedDenominator {
      check("maxWeight", maxWeight);
      check("denominator", denominator);
    }
  }

  /// The mean is `sum(w x) / sum(w)`. **The sum of weights becomes visible**, and with dropouts in
  /// a few rounds so does some site's own weight.
  record Total(long maxWeight) implements Weights {
    public Total {
      check("maxWeight", maxWeight);
    }
  }

  /// The largest weight that a site may give; 1 where all are equal.
  default long maximum() {
    return switch (this) {
      case Equal() -> 1;
      case FixedDenominator(long maxWeight, long _) -> maxWeight;
      case Total(long maxWeight) -> maxWeight;
    };
  }

  private static void check(String what, long value) {
    if (value < 1 || value > MAX_WEIGHT) {
      throw new IllegalArgumentException("%s must be 1..2^40, got %d".formatted(what, value));
    }
  }

  /// Appends this mode to an encoding.
  default void write(FieldWriter out) {
    switch (this) {
      case Equal() -> out.text("equal");
      case FixedDenominator(long maxWeight, long denominator) ->
          out.text("fixed-denominator").number(maxWeight).number(denominator);
      case Total(long maxWeight) -> out.text("total").number(maxWeight);
    }
  }

  /// Reads what [#write] wrote.
  static Weights read(FieldReader in) throws MalformedException {
    try {
      return switch (in.text(32)) {
        case "equal" -> new Equal();
        case "fixed-denominator" -> new FixedDenominator(in.number(), in.number());
        case "total" -> new Total(in.number());
        default -> throw new MalformedException("weights are equal, fixed-denominator or total");
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedException(String.valueOf(e.getMessage()), e);
    }
  }
}
