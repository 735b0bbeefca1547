package dev.caisson.secagg.masking;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/// Room for a piece of key stream, that the masks of one thread share; as bytes to fill and as
/// little-endian numbers to add. The views are made once: made anew for each piece they cost a
/// third of the speed.
public final class Scratch {
  /// A quarter of a chunk of 32-bit lanes: with it and the lanes the first-level cache is full.
  static final int BYTES = 1 << 14;

  private final byte[] bytes = new byte[BYTES];
  private final IntBuffer ints = little().asIntBuffer();
  private final LongBuffer longs = little().asLongBuffer();

  private ByteBuffer little() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  byte[] bytes() {
    return bytes;
  }

  IntBuffer ints() {
    return ints;
  }

  LongBuffer longs() {
    return longs;
  }

  @Override
  public String toString() {
    return "Scratch[redacted]";
  }
}
