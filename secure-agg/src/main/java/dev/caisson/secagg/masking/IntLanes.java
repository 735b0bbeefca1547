package dev.caisson.secagg.masking;

import dev.caisson.trust.MalformedException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/// Lanes of a ring of up to 32 bits.
final class IntLanes extends Lanes {
  final int[] values;
  private final int mask;

  IntLanes(int bits, int count) {
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
  public void copyTo(int first, long[] into, int size) {
    for (int i = 0; i < size; i++) {
      into[i] = Integer.toUnsignedLong(values[first + i] & mask);
    }
  }

  @Override
  public void lifts(int first, long[] into, int size) {
    int spare = spare();
    for (int i = 0; i < size; i++) {
      into[i] = (long) values[first + i] << spare >> spare;
    }
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

  void addAll(int[] others, boolean add) {
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
  void addResidues(int[] others, int theirMask) {
    int[] into = values;
    for (int i = 0; i < into.length; i++) {
      into[i] += others[i] & theirMask;
    }
  }

  @Override
  void addResidues(long[] others, long theirMask) {
    int[] into = values;
    for (int i = 0; i < into.length; i++) {
      into[i] += (int) (others[i] & theirMask);
    }
  }

  @Override
  public long largest() {
    int largest = Integer.MIN_VALUE; // as unsigned numbers are ordered once their top bit is turned
    for (int value : values) {
      largest = Math.max(largest, (value & mask) ^ Integer.MIN_VALUE);
    }
    return Integer.toUnsignedLong(largest ^ Integer.MIN_VALUE);
  }

  @Override
  public int pack(byte[] into) {
    return packing().pack(values, into);
  }

  @Override
  public void lifts(byte[] into, int width) {
    ByteBuffer out = ByteBuffer.wrap(into);
    int spare = spare();
    if (width == Integer.BYTES) {
      IntBuffer numbers = out.asIntBuffer();
      for (int i = 0; i < values.length; i++) {
        numbers.put(i, (int) ((long) values[i] << spare >> spare));
      }
    } else {
      LongBuffer numbers = out.asLongBuffer();
      for (int i = 0; i < values.length; i++) {
        numbers.put(i, (long) values[i] << spare >> spare);
      }
    }
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
