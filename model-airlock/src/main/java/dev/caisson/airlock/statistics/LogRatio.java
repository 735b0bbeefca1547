package dev.caisson.airlock.statistics;

/// The empirical log-ratio: how much more often members than non-members are accused (or, mirrored,
/// how much more often non-members are cleared), as a natural logarithm and a lower bound, at a
/// threshold chosen on other people. It is *not* a differential-privacy guarantee: another attack
/// may find more.
public record LogRatio(Accusations judged, boolean mirrored, double delta) {
  public LogRatio {
    if (!(delta >= 0 && delta < 1)) {
      throw new IllegalArgumentException("delta is in [0, 1), got " + delta);
    }
  }

  /// At least 0, which says nothing.
  public double value() {
    return Math.max(0, mirrored ? judged.mirroredLogRatio(delta) : judged.logRatio(delta));
  }
}
