package dev.caisson.server.member;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.trust.Digest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/// What is kept of a token.
///
/// @param handle by what it is found
/// @param hash of what its holder shows
/// @param caller whom it makes
/// @param use empty before
record TokenRow(
    String handle,
    Digest hash,
    Caller caller,
    EnrolledAlready already,
    Instant expires,
    Optional<Use> use) {

  /// For what it was used.
  ///
  /// @param request the digest of request and identity
  /// @param certificate what it gave
  record Use(Digest request, X509Certificate certificate) {}
}
