package dev.caisson.secagg.masking;

import dev.caisson.secagg.secret.Secret;

/// The AES-256-CTR key stream of one key, from a zero counter block (SP 800-38A §6.5). Seekable;
/// going on where it stopped costs no new key schedule. One thread at a time.
public final class KeyStream implements AutoCloseable {
  private final Secret key;
  private final CounterCipher cipher = new CounterCipher();

  /// Keeps its own copy of the 32-byte key.
  public KeyStream(Secret key) {
    if (key.length() != Secret.BYTES) {
      throw new IllegalArgumentException(
          "an AES-256 key has 32 bytes, got %d".formatted(key.length()));
    }
    this.key = Secret.taking(key.bytes());
  }

  /// Fills `out[0, length)` with the stream from byte `from`, a multiple of 16; `length` may end
  /// inside a block, then the next call seeks.
  public void fill(long from, byte[] out, int length) {
    cipher.fill(key, from, out, length);
  }

  @Override
  public void close() {
    key.close(); // a closed stream does not go on where it stopped either
  }

  @Override
  public String toString() {
    return "KeyStream[redacted]";
  }
}
