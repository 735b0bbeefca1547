package dev.caisson.secagg.masking;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.secret.Kdf;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;

/// One mask over the whole vector: the key stream of a seed, added or subtracted. Residue i takes
/// lane i of the stream, so chunks can be masked in any order.
public final class Mask implements AutoCloseable {
  private final KeyStream stream;
  private final boolean add;
  private final Scratch scratch;

  private Mask(Secret seed, String use, Digest d1, boolean add, Scratch scratch) {
    byte[] info = new FieldWriter(Suite.DOMAIN + use).digest(d1).toBytes();
    try (Secret key = Kdf.derive(seed, info, Secret.BYTES)) {
      this.stream = new KeyStream(key);
    }
    this.add = add;
    this.scratch = scratch;
  }

  /// The mask of a pair seed s_uv; the lower member adds it, the higher subtracts it.
  public static Mask ofPair(Secret seed, Digest d1, boolean add, Scratch scratch) {
    return new Mask(seed, "kdf/pair-mask", d1, add, scratch);
  }

  /// The mask of a self-mask seed b_u; the site adds it, the coordinator subtracts it.
  public static Mask ofSelf(Secret seed, Digest d1, boolean add, Scratch scratch) {
    return new Mask(seed, "kdf/self-mask", d1, add, scratch);
  }

  /// Applies this mask to the lanes of a chunk.
  public void apply(Layout layout, int chunk, Lanes lanes) {
    int laneBytes = lanes.laneBytes();
    int pieceLanes = Scratch.BYTES / laneBytes;
    long from = (long) layout.firstLane(chunk) * laneBytes;
    for (int first = 0; first < lanes.count(); first += pieceLanes) {
      int size = Math.min(pieceLanes, lanes.count() - first);
      stream.fill(from + (long) first * laneBytes, scratch.bytes(), size * laneBytes);
      lanes.addStream(scratch, first, size, add);
    }
  }

  @Override
  public void close() {
    stream.close();
  }

  @Override
  public String toString() {
    return "Mask[redacted]";
  }
}
