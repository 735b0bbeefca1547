package dev.caisson.server.member;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.trust.Digest;
import java.time.Instant;
import java.util.Optional;

/// An identity that was enrolled.
///
/// @param identity its fingerprint
/// @param ended when it was revoked or replaced
/// @param reason why it ended; empty before
/// @param certificateEnds when its name's newest certificate ends
public record Member(
    Caller caller,
    Digest identity,
    Instant enrolled,
    Optional<Instant> ended,
    String reason,
    Optional<Instant> certificateEnds) {}
