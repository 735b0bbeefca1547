package dev.caisson.secagg.masking;

import dev.caisson.secagg.Layout;
import dev.caisson.trust.MalformedException;
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
  abstract void addStream(Scratch stream, int first, int size, boolean add);

  /// Adds (or subtracts) other lanes of the same layout.
  public void addAll(Lanes other, boolean add) {
    if (other.bits != bits || other.count() != count()) {
      throw new IllegalArgumentException("lanes of another layout");
    }
    switch (this) {
      case Ints mine when other instanceof Ints theirs -> mine.addAll(theirs.values, add);
      case Longs mine when other instanceof Longs theirs -> mine.addAll(theirs.values, add);
      default -> throw new IllegalStateException("the bits decide how wide lanes are");
    }
  }

  /// Sets `size` lanes from `first` to whole numbers modulo 2^b.
  public abstract void setAll(int first, int[] numbers, int size);

  public abstract void clear();

  long mask() {
    return -1L >>> (Long.SIZE - bits);
  }

  /// The low b bits of each lane, as [Packing] says.
  public abstract byte[] pack();

  /// Sets every lane from what [#pack] wrote; another length or spare bits that are not zero are
  /// refused.
  public abstract void unpack(byte[] packed) throws MalformedException;

  final Packing packing() {
    return new Packing(bits, count());
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
    void addStream(Scratch stream, int first, int size, boolean add) {
      IntBuffer keys = stream.ints();
      if (add) {
        plus(values, first, keys, size);
      } else {
        minus(values, first, keys, size);
      }
    }

    // The array's index is the loop's own variable: written the other way round (`first + i`) the
    // loop is as fast by itself, and a fifth slower where the compiler inlines it.

    private static void plus(int[] into, int first, IntBuffer keys, int size) {
      int end = first + size;
      for (int i = first; i < end; i++) {
        into[i] += keys.get(i - first);
      }
    }

    private static void minus(int[] into, int first, IntBuffer keys, int size) {
      int end = first + size;
      for (int i = first; i < end; i++) {
        into[i] -= keys.get(i - first);
      }
    }

    @Override
    public void setAll(int first, int[] numbers, int size) {
      System.arraycopy(numbers, 0, values, first, size);
    }

    private void addAll(int[] others, boolean add) {
      int[] into = values;
      if (add) {
        for (int i = 0; i < into.length; i++) {
          into[i] += others[i];
        }
      } else {
        for (int i = 0; i < into.length; i++) {
          into[i] -= others[i];
        }
      }
    }

    @Override
    public byte[] pack() {
      return packing().pack(values);
    }

    @Override
    public void unpack(byte[] packed) throws MalformedException {
      packing().unpack(packed, values);
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
    void addStream(Scratch stream, int first, int size, boolean add) {
      LongBuffer keys = stream.longs();
      if (add) {
        plus(values, first, keys, size);
      } else {
        minus(values, first, keys, size);
      }
    }

    // The array's index is the loop's own variable: written the other way round (`first + i`) the
    // loop is as fast by itself, and a fifth slower where the compiler inlines it.

    private static void plus(long[] into, int first, LongBuffer keys, int size) {
      int end = first + size;
      for (int i = first; i < end; i++) {
        into[i] += keys.get(i - first);
      }
    }

    private static void minus(long[] into, int first, LongBuffer keys, int size) {
      int end = first + size;
      for (int i = first; i < end; i++) {
        into[i] -= keys.get(i - first);
      }
    }

    @Override
    public void setAll(int first, int[] numbers, int size) {
      for (int i = 0; i < size; i++) {
        values[first + i] = numbers[i];
      }
    }

    private void addAll(long[] others, boolean add) {
      long[] into = values;
      if (add) {
        for (int i = 0; i < into.length; i++) {
          into[i] += others[i];
        }
      } else {
        for (int i = 0; i < into.length; i++) {
          into[i] -= others[i];
        }
      }
    }

    @Override
    public byte[] pack() {
      return packing().pack(values);
    }

    @Override
    public void unpack(byte[] packed) throws MalformedException {
      packing().unpack(packed, values);
    }

    @Override
    public void clear() {
      Arrays.fill(values, 0);
    }
  }
}
