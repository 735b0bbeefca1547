package dev.caisson.secagg.masking;

import dev.caisson.secagg.Layout;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;

/// A chunk's residues, as 32- or 64-bit lanes of which the low b bits count. Adding modulo 2^32 or
/// 2^64 is adding modulo 2^b once the low b bits are taken, so masks need no reduction.
public abstract sealed class Lanes permits IntLanes, LongLanes {
  private final int bits;

  Lanes(int bits) {
    this.bits = bits;
  }

  /// Lanes for the first `count` residues of a chunk, all zero.
  public static Lanes of(Layout layout, int count) {
    return layout.wide() ? new LongLanes(layout.bits(), count) : new IntLanes(layout.bits(), count);
  }

  public abstract int count();

  /// Bytes of key stream per lane.
  public abstract int laneBytes();

  /// Sets a lane to a number modulo 2^b.
  public abstract void set(int lane, long value);

  /// The lane's residue in `[0, 2^b)`.
  public abstract long get(int lane);

  /// Copies the residues of `size` lanes from `first`.
  public abstract void copyTo(int first, long[] into, int size);

  /// Copies the centred lifts of `size` lanes from `first`.
  public abstract void lifts(int first, long[] into, int size);

  /// Adds (or subtracts) a key stream, `laneBytes` little-endian bytes to a lane, to `size` lanes
  /// from `first`.
  abstract void addStream(Scratch stream, int first, int size, boolean add);

  /// Adds (or subtracts) other lanes of the same layout.
  public void addAll(Lanes other, boolean add) {
    if (other.bits != bits || other.count() != count()) {
      throw new IllegalArgumentException("lanes of another layout");
    }
    switch (this) {
      case IntLanes mine when other instanceof IntLanes theirs -> mine.addAll(theirs.values, add);
      case LongLanes mine when other instanceof LongLanes theirs -> mine.addAll(theirs.values, add);
      default -> throw new IllegalStateException("the bits decide how wide lanes are");
    }
  }

  /// Adds the residues of as many other lanes, of any layout, as whole numbers; modulo 2^b here.
  public void addResidues(Lanes other) {
    if (other.count() != count()) {
      throw new IllegalArgumentException(
          "%d lanes cannot be added to %d".formatted(other.count(), count()));
    }
    switch (other) {
      case IntLanes theirs -> addResidues(theirs.values, (int) theirs.mask());
      case LongLanes theirs -> addResidues(theirs.values, theirs.mask());
    }
  }

  abstract void addResidues(int[] others, int mask);

  abstract void addResidues(long[] others, long mask);

  /// The largest residue.
  public abstract long largest();

  /// Sets `size` lanes from `first` to whole numbers modulo 2^b.
  public abstract void setAll(int first, int[] numbers, int size);

  public abstract void clear();

  long mask() {
    return -1L >>> (Long.SIZE - bits);
  }

  /// Room that [#pack(byte[])] wants.
  public final int packRoom() {
    return packing().room();
  }

  /// Writes the low b bits of each lane, as [Packing] says, to the front of `into`, which has
  /// [#packRoom] bytes or more; gives the length. A few bytes behind it are overwritten.
  public abstract int pack(byte[] into);

  /// The same bytes in an array of their own.
  public final byte[] pack() {
    byte[] room = new byte[packRoom()];
    return Arrays.copyOf(room, pack(room));
  }

  /// Writes each lane's centred lift, big-endian in `width` bytes (4 or 8), to the front of `into`.
  /// Lifts that do not fit are cut.
  public abstract void lifts(byte[] into, int width);

  /// Sets every lane from what [#pack] wrote; another length or spare bits that are not zero are
  /// refused.
  public abstract void unpack(byte[] packed) throws MalformedException;

  final Packing packing() {
    return new Packing(bits, count());
  }

  final int spare() {
    return Long.SIZE - bits;
  }
}
