package dev.caisson.secagg.secret;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/// Secret bytes: never printed, compared in constant time, wiped by [#close]. Copies that the JDK's
/// ciphers and key objects make inside themselves are beyond our reach and left to the collector.
public final class Secret implements AutoCloseable {
  /// The length of every seed, root and key of the protocol.
  public static final int BYTES = 32;

  private final byte[] value;
  private boolean closed;

  private Secret(byte[] value) {
    this.value = value;
  }

  /// Takes the array over: the caller must not keep it.
  public static Secret taking(byte[] value) {
    return new Secret(value);
  }

  public static Secret random(int length, SecureRandom random) {
    byte[] value = new byte[length];
    random.nextBytes(value);
    return new Secret(value);
  }

  /// A copy of the bytes, which the caller wipes.
  public byte[] bytes() {
    if (closed) {
      throw new IllegalStateException("this secret was wiped");
    }
    return value.clone();
  }

  /// What `use` makes of a copy of the bytes, which is wiped when it returns or throws.
  public <T, E extends Exception> T lend(Use<T, E> use) throws E {
    byte[] lent = bytes();
    try {
      return use.of(lent);
    } finally {
      Arrays.fill(lent, (byte) 0);
    }
  }

  /// What is done with lent bytes. It must not keep them.
  @FunctionalInterface
  public interface Use<T, E extends Exception> {
    T of(byte[] bytes) throws E;
  }

  public int length() {
    return value.length;
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    Arrays.fill(value, (byte) 0);
    closed = true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret s && MessageDigest.isEqual(value, s.value);
  }

  /// The same for all secrets of a length: a hash of the content would tell about it.
  @Override
  public int hashCode() {
    return value.length;
  }

  @Override
  public String toString() {
    return "Secret[redacted]";
  }
}
