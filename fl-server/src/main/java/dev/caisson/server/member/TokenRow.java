package dev.caisson.server.member;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.trust.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is kept of a token.
///
/// @param hash of what its holder shows
/// @param caller whom it makes
/// @param request the digest of the request it was used for, null before
/// @param certificate what it gave then
record TokenRow(
    byte[] handle,
    Digest hash,
    Caller caller,
    EnrolledAlready already,
    Instant expires,
    @Nullable Digest request,
    byte @Nullable [] certificate) {}
