package dev.caisson.secagg.secret;

import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// HKDF-SHA256 (RFC 5869).
public final class Kdf {
  private Kdf() {}

  /// Extract with this salt (empty: 32 zero bytes, RFC 5869 §2.2), then expand.
  public static Secret derive(byte[] salt, byte[] input, byte[] info, int length) {
    return derive(HKDFParameterSpec.ofExtract().addSalt(salt).addIKM(input), info, length);
  }

  /// As above, without salt, from a secret.
  public static Secret derive(Secret input, byte[] info, int length) {
    return input.lend(bytes -> derive(HKDFParameterSpec.ofExtract().addIKM(bytes), info, length));
  }

  /// As above, from two secrets one behind the other (a hybrid agreement; both of fixed length).
  public static Secret derive(Secret first, Secret second, byte[] info, int length) {
    return first.lend(
        left ->
            second.lend(
                right ->
                    derive(
                        HKDFParameterSpec.ofExtract().addIKM(left).addIKM(right), info, length)));
  }

  private static Secret derive(HKDFParameterSpec.Builder input, byte[] info, int length) {
    try {
      return Secret.taking(
          KDF.getInstance("HKDF-SHA256").deriveData(input.thenExpand(info, length)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("JDK 25 has HKDF-SHA256", e);
    }
  }
}
