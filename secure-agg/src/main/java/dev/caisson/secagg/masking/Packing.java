package dev.caisson.secagg.masking;

import dev.caisson.trust.MalformedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Lanes as they travel: the low b bits of each, least significant first, one behind the other;
/// spare bits of the last byte are zero. Written and read a 64-bit word at a time.
final class Packing {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// The last word may reach so far behind the last byte.
  private static final int BEHIND = 9;

  private final int bits;
  private final int count;

  Packing(int bits, int count) {
    this.bits = bits;
    this.count = count;
  }

  /// Bytes that an array to pack into must have.
  int room() {
    return bytes() + BEHIND;
  }

  int bytes() {
    return (int) (((long) count * bits + 7) / 8);
  }

  /// Gives the length.
  int pack(int[] lanes, byte[] out) {
    long mask = -1L >>> (Long.SIZE - bits);
    long held = 0;
    int holds = 0;
    int at = 0;
    for (int lane : lanes) {
      long value = lane & mask;
      held |= value << holds;
      holds += bits;
      if (holds >= Long.SIZE) {
        WORD.set(out, at, held);
        at += Long.BYTES;
        holds -= Long.SIZE;
        held = value >>> (bits - holds);
      }
    }
    WORD.set(out, at, held);
    return bytes();
  }

  /// Gives the length.
  int pack(long[] lanes, byte[] out) {
    long mask = -1L >>> (Long.SIZE - bits);
    long held = 0;
    int holds = 0;
    int at = 0;
    for (long lane : lanes) {
      long value = lane & mask;
      held |= value << holds;
      holds += bits;
      if (holds >= Long.SIZE) {
        WORD.set(out, at, held);
        at += Long.BYTES;
        holds -= Long.SIZE;
        held = value >>> (bits - holds);
      }
    }
    WORD.set(out, at, held);
    return bytes();
  }

  /// For up to 32 bits.
  void unpack(byte[] packed, int[] lanes) throws MalformedException {
    check(packed);
    int most = lanesInWords(packed.length);
    read(packed, 0, lanes, 0, most);
    long bit = (long) most * bits;
    read(end(packed, bit), bit & 7, lanes, most, count);
  }

  private void read(byte[] in, long firstBit, int[] lanes, int from, int to) {
    long mask = -1L >>> (Long.SIZE - bits);
    long bit = firstBit;
    for (int i = from; i < to; i++, bit += bits) {
      lanes[i] = (int) ((long) WORD.get(in, (int) (bit >>> 3)) >>> (bit & 7) & mask);
    }
  }

  /// For up to 64 bits: a lane may reach into the byte behind its first word.
  void unpack(byte[] packed, long[] lanes) throws MalformedException {
    check(packed);
    int most = lanesInWords(packed.length);
    read(packed, 0, lanes, 0, most);
    long bit = (long) most * bits;
    read(end(packed, bit), bit & 7, lanes, most, count);
  }

  private void read(byte[] in, long firstBit, long[] lanes, int first, int to) {
    long mask = -1L >>> (Long.SIZE - bits);
    long bit = firstBit;
    for (int i = first; i < to; i++, bit += bits) {
      int from = (int) (bit >>> 3);
      int shift = (int) (bit & 7);
      long low = (long) WORD.get(in, from) >>> shift;
      // two shifts: one of 64 would be one of 0
      long high = (long) in[from + Long.BYTES] << 1 << (Long.SIZE - 1 - shift);
      lanes[i] = (low | high) & mask;
    }
  }

  /// How many lanes, from the first on, can be read a word at a time without reading behind the
  /// end.
  private int lanesInWords(int length) {
    return length < BEHIND ? 0 : (int) Math.min(count, ((length - 8L) * 8 - 1) / bits + 1);
  }

  /// The bytes from this bit's on, with room behind them.
  private static byte[] end(byte[] packed, long bit) {
    int from = (int) (bit >>> 3);
    return Arrays.copyOfRange(packed, from, packed.length + BEHIND);
  }

  private void check(byte[] packed) throws MalformedException {
    if (packed.length != bytes()) {
      throw new MalformedException(
          "%d packed bytes expected, got %d".formatted(bytes(), packed.length));
    }
    int used = (int) ((long) count * bits % 8);
    if (used > 0 && (packed[packed.length - 1] & 0xff) >>> used != 0) {
      throw new MalformedException("spare bits behind the last lane are not zero");
    }
  }
}
