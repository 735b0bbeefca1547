package dev.caisson.airlock.release;

import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;

/// Whom the verifier believes to be the airlock, learned by another way than the bundle.
public sealed interface Trust {
  /// This very key.
  record Key(Identity identity) implements Trust {}

  /// The key with this fingerprint.
  record Fingerprint(Digest fingerprint) implements Trust {}

  /// Nobody: the bundle can be whole, but anybody could have made it.
  record Nobody() implements Trust {}
}
