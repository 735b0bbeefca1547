package dev.caisson.runtime.device;

/// How asking for memory ended.
public sealed interface Leasing {
  /// The memory is the caller's until the lease is closed.
  record Granted(Lease lease) implements Leasing {}

  /// There is not so much: the reason says how much is free and who holds the rest.
  record Refused(String reason) implements Leasing {}
}
