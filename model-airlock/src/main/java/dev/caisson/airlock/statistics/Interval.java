package dev.caisson.airlock.statistics;

/// A confidence interval: `lower <= upper`, at two-sided `confidence` in (0, 1).
public record Interval(double lower, double upper, double confidence) {
  public Interval {
    if (!(lower <= upper)) {
      throw new IllegalArgumentException(
          "an interval runs upwards, got %s..%s".formatted(lower, upper));
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("a confidence is in (0, 1), got " + confidence);
    }
  }

  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }
}
