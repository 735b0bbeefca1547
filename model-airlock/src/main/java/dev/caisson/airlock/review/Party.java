package dev.caisson.airlock.review;

import dev.caisson.trust.Digest;

/// Somebody with a stake in a candidate, by name and by key fingerprint; either one is enough to be
/// recognised, so a second key does not make a second person.
public record Party(String name, Digest fingerprint) {
  boolean is(String otherName, Digest otherFingerprint) {
    return name.equals(otherName) || fingerprint.equals(otherFingerprint);
  }
}
