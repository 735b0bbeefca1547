package dev.caisson.protocol.grpc;

import dev.caisson.protocol.tls.Caller;
import java.math.BigInteger;

/// Which certificates are good no longer, though the authority signed them and they have not ended.
/// Asked on every call, and again while a call lasts; thread-safe.
@FunctionalInterface
public interface Revocations {
  /// Nothing is revoked: for servers in tests and peers that have no list.
  Revocations NONE = (serial, caller) -> false;

  /// Whether the certificate with this serial number, which names this caller, is void.
  boolean isRevoked(BigInteger serial, Caller caller);
}
