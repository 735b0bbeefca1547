package dev.caisson.secagg.secret;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// HKDF-SHA256 (RFC 5869).
public final class Kdf {
  private Kdf() {}

  /// Extract with this salt (empty: 32 zero bytes, RFC 5869 §2.2), then expand.
  public static Secret derive(byte[] salt, byte[] input, byte[] info, int length) {
    try {
      return Secret.taking(
          KDF.getInstance("HKDF-SHA256")
              .deriveData(
                  HKDFParameterSpec.ofExtract()
                      .addSalt(salt)
                      .addIKM(input)
                      .thenExpand(info, length)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("JDK 25 has HKDF-SHA256", e);
    }
  }

  /// As above, without salt, from a secret.
  public static Secret derive(Secret input, byte[] info, int length) {
    byte[] bytes = input.bytes();
    try {
      return derive(new byte[0], bytes, info, length);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /// As above, from two secrets one behind the other (a hybrid agreement; both of fixed length).
  public static Secret derive(Secret first, Secret second, byte[] info, int length) {
    byte[] left = first.bytes();
    byte[] right = second.bytes();
    byte[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    try {
      return derive(new byte[0], both, info, length);
    } finally {
      Arrays.fill(left, (byte) 0);
      Arrays.fill(right, (byte) 0);
      Arrays.fill(both, (byte) 0);
    }
  }
}
