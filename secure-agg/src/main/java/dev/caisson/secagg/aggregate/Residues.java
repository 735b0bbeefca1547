package dev.caisson.secagg.aggregate;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A whole vector of residues modulo `2^b`, one [Lanes] per chunk, zero at first. One thread at a
/// time.
public final class Residues {
  private final Layout layout;
  private final List<Lanes> chunks = new ArrayList<>();

  public Residues(Layout layout) {
    this.layout = layout;
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      chunks.add(Lanes.of(layout, layout.lanesIn(chunk)));
    }
  }

  /// Reads what [#packed] wrote; another length or spare bits that are not zero are refused.
  public static Residues unpack(Layout layout, byte[] packed) throws MalformedException {
    long expected = 0;
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      expected += layout.packedBytes(chunk);
    }
    if (packed.length != expected) {
      throw new MalformedException(
          "%d bytes of residues expected, got %d".formatted(expected, packed.length));
    }
    Residues residues = new Residues(layout);
    int at = 0;
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      int end = at + layout.packedBytes(chunk);
      residues.chunks.get(chunk).unpack(Arrays.copyOfRange(packed, at, end));
      at = end;
    }
    return residues;
  }

  /// Adds (or takes off) a packed chunk.
  public void add(int chunk, byte[] packed, boolean add) throws MalformedException {
    Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
    lanes.unpack(packed);
    chunks.get(chunk).addAll(lanes, add);
  }

  /// Applies every mask to every chunk: chunk outer, key inner, so that a chunk stays in cache.
  public void apply(List<Mask> masks) {
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      for (Mask mask : masks) {
        mask.apply(layout, chunk, chunks.get(chunk));
      }
    }
  }

  /// The centred lift of an entry.
  public long lifted(int entry) {
    return layout.lift(chunks.get(entry / Layout.CHUNK_LANES).get(entry % Layout.CHUNK_LANES));
  }

  /// All chunks as they travel, one behind the other.
  public byte[] packed() {
    int length = 0;
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      length = Math.addExact(length, layout.packedBytes(chunk));
    }
    byte[] packed = new byte[length];
    int at = 0;
    for (Lanes chunk : chunks) {
      byte[] part = chunk.pack();
      System.arraycopy(part, 0, packed, at, part.length);
      at += part.length;
    }
    return packed;
  }
}
