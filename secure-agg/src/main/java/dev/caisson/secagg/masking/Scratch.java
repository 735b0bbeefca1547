package dev.caisson.secagg.masking;

import dev.caisson.secagg.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/// What one thread needs to apply masks: its cipher, and room for a piece of key stream, as bytes
/// to fill and as little-endian numbers to add. The views are made once: made anew for each piece
/// they cost a third of the speed.
public final class Scratch implements AutoCloseable {
  /// A quarter of a chunk of 32-bit lanes: with it and the lanes the first-level cache is full.
  static final int BYTES = 1 << 14;

  private final CounterCipher cipher = new CounterCipher();
  private final byte[] bytes = new byte[BYTES];
  private final IntBuffer ints = little().asIntBuffer();
  private final LongBuffer longs = little().asLongBuffer();

  private ByteBuffer little() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Holds the key's stream from byte `from` on.
  void fill(Secret key, long from, int length) {
    cipher.fill(key, from, bytes, length);
  }

  IntBuffer ints() {
    return ints;
  }

  LongBuffer longs() {
    return longs;
  }

  /// Wipes the piece of key stream.
  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "Scratch[redacted]";
  }
}
