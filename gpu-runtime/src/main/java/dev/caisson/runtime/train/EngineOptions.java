package dev.caisson.runtime.train;

/// How an engine may use the machine.
///
/// @param threads threads inside one operation; results are bit-equal for equal thread counts only
public record EngineOptions(int threads) {
  /// One thread: right for small models, and the same everywhere.
  public static final EngineOptions DEFAULT = new EngineOptions(1);

  public EngineOptions {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads must be 1..1024, got " + threads);
    }
  }
}
