package dev.caisson.secagg.agreement;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.secret.Secret;

/// An ML-KEM-768 ciphertext (public, 1088 bytes) and the secret inside it.
public final class Encapsulation implements AutoCloseable {
  /// The length of a ciphertext.
  public static final int CIPHERTEXT_BYTES = 1088;

  private final Bytes ciphertext;
  private final Secret secret;

  Encapsulation(Bytes ciphertext, Secret secret) {
    this.ciphertext = ciphertext;
    this.secret = secret;
  }

  public Bytes ciphertext() {
    return ciphertext;
  }

  public Secret secret() {
    return secret;
  }

  @Override
  public void close() {
    secret.close();
  }

  @Override
  public String toString() {
    return "Encapsulation[redacted]";
  }
}
