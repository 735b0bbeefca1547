package dev.caisson.secagg.masking;

import dev.caisson.secagg.Layout;
import dev.caisson.trust.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/// A chunk's residues, as 32- or 64-bit lanes of which the low b bits count. Adding modulo 2^32 or
/// 2^64 is adding modulo 2^b once the low b bits are taken, so masks need no reduction.
public abstract sealed class Lanes {
  private final int bits;

  private Lanes(int bits) {
    this.bits = bits;
  }

  /// Lanes for the first `count` residues of a chunk, all zero.
  public static Lanes of(Layout layout, int count) {
    return layout.wide() ? new Longs(layout.bits(), count) : new Ints(layout.bits(), count);
  }

  public abstract int count();

  /// Bytes of key stream per lane.
  public abstract int laneBytes();

  /// Sets a lane to a number modulo 2^b.
  public abstract void set(int lane, long value);

  /// The lane's residue in `[0, 2^b)`.
  public abstract long get(int lane);

  /// Adds (or subtracts) a key stream, `laneBytes` little-endian bytes to a lane, to `size` lanes
  /// from `first`.
  abstract void addStream(ByteBuffer stream, int first, int size, boolean add);

  /// Adds (or subtracts) other lanes of the same layout.
  public void addAll(Lanes other, boolean add) {
    if (other.bits != bits || other.count() != count()) {
      throw new IllegalArgumentException("lanes of another layout");
    }
    for (int i = 0; i < count(); i++) {
      set(i, add ? get(i) + other.get(i) : get(i) - other.get(i));
    }
  }

  public abstract void clear();

  long mask() {
    return -1L >>> (Long.SIZE - bits);
  }

  /// The low b bits of each lane, least significant first, one behind the other; spare bits of the
  /// last byte are zero.
  public byte[] pack() {
    byte[] out = new byte[(int) (((long) count() * bits + 7) / 8)];
    int at = 0;
    long held = 0;
    int holds = 0;
    int low = Math.min(bits, Integer.SIZE);
    int high = bits - low;
    for (int i = 0; i < count(); i++) {
      long value = get(i);
      held |= (value & -1L >>> (Long.SIZE - low)) << holds;
      holds += low;
      while (holds >= 8) {
        out[at++] = (byte) held;
        held >>>= 8;
        holds -= 8;
      }
      if (high > 0) {
        held |= value >>> low << holds;
        holds += high;
        while (holds >= 8) {
          out[at++] = (byte) held;
          held >>>= 8;
          holds -= 8;
        }
      }
    }
    if (holds > 0) {
      out[at] = (byte) held;
    }
    return out;
  }

  /// Sets every lane from what [#pack] wrote; another length or spare bits that are not zero are
  /// refused.
  public void unpack(byte[] packed) throws MalformedException {
    int expected = (int) (((long) count() * bits + 7) / 8);
    if (packed.length != expected) {
      throw new MalformedException(
          "%d packed bytes expected, got %d".formatted(expected, packed.length));
    }
    int at = 0;
    long held = 0;
    int holds = 0;
    int low = Math.min(bits, Integer.SIZE);
    int high = bits - low;
    for (int i = 0; i < count(); i++) {
      while (holds < low) {
        held |= (packed[at++] & 0xffL) << holds;
        holds += 8;
      }
      long value = held & -1L >>> (Long.SIZE - low);
      held >>>= low;
      holds -= low;
      if (high > 0) {
        while (holds < high) {
          held |= (packed[at++] & 0xffL) << holds;
          holds += 8;
        }
        value |= (held & -1L >>> (Long.SIZE - high)) << low;
        held >>>= high;
        holds -= high;
      }
      set(i, value);
    }
    if (held != 0) {
      throw new MalformedException("spare bits behind the last lane are not zero");
    }
  }

  static final class Ints extends Lanes {
    private final int[] values;
    private final int mask;

    Ints(int bits, int count) {
      super(bits);
      this.values = new int[count];
      this.mask = (int) mask();
    }

    @Override
    public int count() {
      return values.length;
    }

    @Override
    public int laneBytes() {
      return Integer.BYTES;
    }

    @Override
    public void set(int lane, long value) {
      values[lane] = (int) value;
    }

    @Override
    public long get(int lane) {
      return Integer.toUnsignedLong(values[lane] & mask);
    }

    @Override
    void addStream(ByteBuffer stream, int first, int size, boolean add) {
      IntBuffer keys = stream.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
      int[] into = values;
      if (add) {
        for (int i = 0; i < size; i++) {
          into[first + i] += keys.get(i);
        }
      } else {
        for (int i = 0; i < size; i++) {
          into[first + i] -= keys.get(i);
        }
      }
    }

    @Override
    public void clear() {
      Arrays.fill(values, 0);
    }
  }

  static final class Longs extends Lanes {
    private final long[] values;
    private final long mask;

    Longs(int bits, int count) {
      super(bits);
      this.values = new long[count];
      this.mask = mask();
    }

    @Override
    public int count() {
      return values.length;
    }

    @Override
    public int laneBytes() {
      return Long.BYTES;
    }

    @Override
    public void set(int lane, long value) {
      values[lane] = value;
    }

    @Override
    public long get(int lane) {
      return values[lane] & mask;
    }

    @Override
    void addStream(ByteBuffer stream, int first, int size, boolean add) {
      LongBuffer keys = stream.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
      long[] into = values;
      if (add) {
        for (int i = 0; i < size; i++) {
          into[first + i] += keys.get(i);
        }
      } else {
        for (int i = 0; i < size; i++) {
          into[first + i] -= keys.get(i);
        }
      }
    }

    @Override
    public void clear() {
      Arrays.fill(values, 0);
    }
  }
}
