package dev.caisson.secagg.aggregate;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// A whole vector of residues modulo `2^b`, packed as they travel, in a [ChunkStore]. Reading takes
/// one chunk of memory at a time. Immutable where the store is left alone.
final class Residues {
  /// Entries that a reader is told at a time: they stay in the first-level cache.
  private static final int PIECE = 1 << 11;

  private final Layout layout;
  private final ChunkStore chunks;

  /// All chunks of the layout must have been put, each of its length.
  Residues(Layout layout, ChunkStore chunks) {
    this.layout = layout;
    this.chunks = chunks;
  }

  /// Reads what [#packed()] wrote; another length or spare bits that are not zero are refused. The
  /// bytes are not copied, since they may be gigabytes: whoever hands them over leaves them alone.
  static Residues unpack(Layout layout, byte[] packed) throws MalformedException {
    if (packed.length != layout.bytes()) {
      throw new MalformedException(
          "%d bytes of residues expected, got %d".formatted(layout.bytes(), packed.length));
    }
    int full = layout.packedBytes(0); // all but the last are
    return unpack(
        layout,
        chunk ->
            Arrays.copyOfRange(packed, chunk * full, chunk * full + layout.packedBytes(chunk)));
  }

  /// The same of chunks that are read when they are needed. The first and the last are looked at
  /// now: of a content that is too short, the last is not whole.
  static Residues unpack(Layout layout, IntFunction<byte[]> chunks) throws MalformedException {
    for (int chunk = 0; chunk < layout.chunks(); chunk += Math.max(1, layout.chunks() - 1)) {
      Lanes.of(layout, layout.lanesIn(chunk)).unpack(chunks.apply(chunk));
    }
    return new Residues(layout, new Decoded(chunks));
  }

  private record Decoded(IntFunction<byte[]> chunks) implements ChunkStore {
    @Override
    public void put(int chunk, byte[] part) {
      throw new UnsupportedOperationException("a sum that was decoded is not changed");
    }

    @Override
    public byte[] get(int chunk) {
      return chunks.apply(chunk);
    }
  }

  /// Is told the centred lifts of entries, in order.
  @FunctionalInterface
  interface Reader {
    /// Takes entries `first` to `first + size`, which are the first of `lifted`; the array is used
    /// again.
    void take(int first, long[] lifted, int size);
  }

  /// Tells entries `from` to `to`, without `to`.
  void read(int from, int to, Reader reader) {
    long[] lifted = new long[Math.max(0, Math.min(PIECE, to - from))];
    for (int at = from; at < to; ) {
      int chunk = at / Layout.CHUNK_LANES;
      int first = layout.firstLane(chunk);
      int end = Math.min(to, first + layout.lanesIn(chunk));
      Lanes lanes = lanes(chunk);
      while (at < end) {
        int size = Math.min(lifted.length, end - at);
        lanes.lifts(at - first, lifted, size);
        reader.take(at, lifted, size);
        at += size;
      }
    }
  }

  private Lanes lanes(int chunk) {
    Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
    try {
      lanes.unpack(chunks.get(chunk));
    } catch (MalformedException e) {
      throw new IllegalStateException("the store changed a chunk of the sum", e);
    }
    return lanes;
  }

  /// Each chunk as it travels, in order.
  void packed(Consumer<byte[]> sink) {
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      sink.accept(chunks.get(chunk));
    }
  }

  /// All of them, one behind the other; for vectors that fit an array.
  byte[] packed() {
    byte[] packed = new byte[Math.toIntExact(layout.bytes())];
    int[] at = {0};
    packed(
        part -> {
          System.arraycopy(part, 0, packed, at[0], part.length);
          at[0] += part.length;
        });
    return packed;
  }
}
