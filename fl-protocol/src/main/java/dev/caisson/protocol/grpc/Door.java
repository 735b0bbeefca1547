package dev.caisson.protocol.grpc;

import java.time.Duration;
import java.time.InstantSource;

/// Who gets past a server's TLS, and how soon one who lost the right is out.
///
/// @param strangers whether callers without any certificate are let in as far as `Enrolment.Enrol`;
///   a certificate that is shown must be good either way
/// @param recheck how often open calls are asked about again
/// @param clock by which certificates end while a connection lasts; TLS itself asks the system's
public record Door(
    boolean strangers, Revocations revocations, Duration recheck, InstantSource clock) {
  private static final Duration USUAL = Duration.ofSeconds(10);

  public Door {
    if (recheck.isNegative() || recheck.isZero()) {
      throw new IllegalArgumentException("open calls must be checked again, got " + recheck);
    }
  }

  /// For members only.
  public static Door forMembers(Revocations revocations) {
    return new Door(false, revocations, USUAL, InstantSource.system());
  }

  /// For members, and for those who want to become one.
  public static Door withEnrolment(Revocations revocations) {
    return new Door(true, revocations, USUAL, InstantSource.system());
  }
}
