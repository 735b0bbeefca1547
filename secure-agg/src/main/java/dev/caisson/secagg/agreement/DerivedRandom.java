package dev.caisson.secagg.agreement;

import dev.caisson.secagg.secret.Secret;
import java.security.SecureRandom;
import java.util.Arrays;

/// Hands derived bytes to a JDK generator that asks for randomness: exactly these, once. Makes
/// ML-KEM key generation and encapsulation repeatable from a seed. A generator that asks for more
/// or fewer bytes than FIPS 203 says is a JDK that this protocol does not know.
final class DerivedRandom extends SecureRandom {
  private static final long serialVersionUID = 1;

  private final transient byte[] bytes;
  private int used;

  DerivedRandom(Secret seed) {
    super(null, null); // no seeding: nextBytes below is all there is
    this.bytes = seed.bytes();
  }

  @Override
  public void nextBytes(byte[] out) {
    if (out.length > bytes.length - used) {
      throw new IllegalStateException(
          "a generator asked for %d bytes, %d are derived"
              .formatted(used + out.length, bytes.length));
    }
    System.arraycopy(bytes, used, out, 0, out.length);
    used += out.length;
  }

  /// Wipes the bytes; all must have been used.
  void finish() {
    Arrays.fill(bytes, (byte) 0);
    if (used != bytes.length) {
      throw new IllegalStateException(
          "a generator used %d of %d derived bytes".formatted(used, bytes.length));
    }
  }
}
