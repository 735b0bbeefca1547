package dev.caisson.dataset;

/// A closed interval of finite numbers, declared by people and never measured from rows.
public record Range(double low, double high) {
  public Range {
    if (!Double.isFinite(low) || !Double.isFinite(high) || low >= high) {
      throw new IllegalArgumentException(
          "a range needs a lower and a higher number, got %s to %s"
              .formatted(Plain.number(low), Plain.number(high)));
    }
  }

  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  double nearestTo(double value) {
    return Math.clamp(value, low, high);
  }

  @Override
  public String toString() {
    return "%s to %s".formatted(Plain.number(low), Plain.number(high));
  }
}
