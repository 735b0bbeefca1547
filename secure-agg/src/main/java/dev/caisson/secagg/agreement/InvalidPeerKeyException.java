package dev.caisson.secagg.agreement;

/// A peer's public key or ciphertext is not one that an honest site makes.
public final class InvalidPeerKeyException extends Exception {
  private static final long serialVersionUID = 1;

  InvalidPeerKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
