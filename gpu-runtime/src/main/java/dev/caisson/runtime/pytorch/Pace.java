package dev.caisson.runtime.pytorch;

/// How many steps go into one native call: enough to hide the call, few enough to report progress
/// and be interrupted soon. Has no influence on results.
final class Pace {
  private static final int MOST = 64;
  private static final long NANOS_PER_CALL = 100_000_000;

  private int steps = 1;

  int steps() {
    return steps;
  }

  /// Learns from a call; at most doubles.
  void took(int done, long nanos) {
    long nanosPerStep = Math.max(1, nanos / Math.max(1, done));
    steps = (int) Math.clamp(NANOS_PER_CALL / nanosPerStep, 1, Math.min(MOST, 2L * steps));
  }
}
