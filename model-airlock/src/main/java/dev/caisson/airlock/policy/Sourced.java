package dev.caisson.airlock.policy;

/// A number and where it comes from.
public record Sourced(double value, Source source) {
  public Sourced {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a limit is a finite number, got " + value);
    }
  }
}
