package dev.caisson.runtime.device;

/// Whether an engine can compute on a device.
public sealed interface Fitness {
  /// It can, by these natives, as far as can be said without loading them.
  record Runs(String natives) implements Fitness {}

  /// It cannot, for this reason, which says what to do where something can be done.
  record CannotRun(String reason) implements Fitness {}
}
