package dev.caisson.airlock.review;

import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;

/// Why a reviewer decided as they did, for the airlock's eyes. Only a salted digest of it is signed
/// and published, so that a short reason cannot be guessed from the bundle.
public final class InternalReason {
  private static final int SALT = 32;
  private final String text;
  private final byte[] salt;

  /// `salt` is 32 fresh random bytes; keep both to show later that the reason was the signed one.
  public InternalReason(String text, byte[] salt) {
    if (salt.length != SALT) {
      throw new IllegalArgumentException("the salt has 32 bytes, got " + salt.length);
    }
    this.text = text;
    this.salt = salt.clone();
  }

  public String text() {
    return text;
  }

  public Digest commitment() {
    return new FieldWriter("caisson/airlock/internal-reason/v1").bytes(salt).text(text).toDigest();
  }

  /// For the airlock's own store.
  public byte[] salt() {
    return salt.clone();
  }

  @Override
  public String toString() {
    return "InternalReason[withheld]";
  }
}
