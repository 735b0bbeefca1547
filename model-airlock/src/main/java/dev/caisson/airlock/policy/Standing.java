package dev.caisson.airlock.policy;

import dev.caisson.trust.Digest;
import java.time.Instant;

/// Whether the policy that rules is the environment's own. Only a [Signed] one can support a
/// release.
public sealed interface Standing {
  /// Signed, by the key that this airlock trusts.
  ///
  /// @param signer the fingerprint of that key
  /// @param signed when, by the signer's clock; nothing proves the time
  record Signed(Digest signer, Instant signed) implements Standing {}

  /// A policy was given, and it is not shown to be the environment's.
  ///
  /// @param reason for a person: what is wrong and what to do
  record Unsigned(String reason) implements Standing {}

  /// No policy was given; the default's numbers were used.
  record Missing() implements Standing {}

  /// What to tell a person.
  default String words() {
    return switch (this) {
      case Signed signed -> "signed on %s by %s".formatted(signed.signed(), signed.signer());
      case Unsigned unsigned -> "not signed: " + unsigned.reason();
      case Missing _ -> "no policy was given; the default's numbers were used";
    };
  }
}
