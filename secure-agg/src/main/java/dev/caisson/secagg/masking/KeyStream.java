package dev.caisson.secagg.masking;

import dev.caisson.secagg.secret.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The AES-256-CTR key stream of one key, from a zero counter block (SP 800-38A §6.5). Seekable;
/// going on where it stopped costs no new key schedule. One thread at a time.
public final class KeyStream implements AutoCloseable {
  private static final int BLOCK = 16;
  private static final byte[] ZEROS = new byte[1 << 14];

  private final Secret key;
  private final Cipher cipher;
  private long position = -1;

  /// Keeps its own copy of the 32-byte key.
  public KeyStream(Secret key) {
    if (key.length() != Secret.BYTES) {
      throw new IllegalArgumentException(
          "an AES-256 key has 32 bytes, got %d".formatted(key.length()));
    }
    this.key = Secret.taking(key.bytes());
    try {
      this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("JDK 25 has AES-CTR", e);
    }
  }

  /// Fills `out[0, length)` with the stream from byte `from`, a multiple of 16; `length` may end
  /// inside a block, then the next call seeks.
  public void fill(long from, byte[] out, int length) {
    try {
      if (from != position) {
        seek(from);
      }
      for (int done = 0; done < length; ) {
        int piece = Math.min(ZEROS.length, length - done);
        if (cipher.update(ZEROS, 0, piece, out, done) != piece) {
          throw new IllegalStateException("AES-CTR gives a byte for a byte");
        }
        done += piece;
      }
      position = length % BLOCK == 0 ? from + length : -1;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-CTR with our own key and room cannot fail", e);
    }
  }

  private void seek(long from) throws GeneralSecurityException {
    if (from < 0 || from % BLOCK != 0) {
      throw new IllegalArgumentException(
          "a stream starts at a whole block, got byte %d".formatted(from));
    }
    byte[] counter = ByteBuffer.allocate(BLOCK).putLong(8, from / BLOCK).array();
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key.lend(bytes -> new SecretKeySpec(bytes, "AES")),
        new IvParameterSpec(counter));
  }

  @Override
  public void close() {
    key.close();
    position = -1; // a closed stream does not go on where it stopped either
  }

  @Override
  public String toString() {
    return "KeyStream[redacted]";
  }
}
