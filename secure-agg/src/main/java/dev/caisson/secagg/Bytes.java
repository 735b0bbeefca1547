package dev.caisson.secagg;

import java.util.Arrays;

/// Immutable public bytes (a ciphertext, a public key, a signature, a nonce), compared by content.
/// Never used for a secret.
public final class Bytes {
  private static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /// These bytes, copied.
  public static Bytes of(byte[] value) {
    return new Bytes(value.clone());
  }

  public static Bytes empty() {
    return EMPTY;
  }

  public byte[] toArray() {
    return value.clone();
  }

  public int length() {
    return value.length;
  }

  public boolean isEmpty() {
    return value.length == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes b && Arrays.equals(value, b.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "Bytes[" + value.length + "]";
  }
}
