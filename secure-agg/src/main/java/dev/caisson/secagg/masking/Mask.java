package dev.caisson.secagg.masking;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.secret.Kdf;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;

/// One mask over the whole vector: the key stream of a seed, added or subtracted. Residue i takes
/// lane i of the stream, so chunks can be masked in any order, and by any number of threads with a
/// [Scratch] each.
public final class Mask implements AutoCloseable {
  private final Secret key;
  private final boolean add;

  private Mask(Secret seed, String use, Digest d1, boolean add) {
    byte[] info = new FieldWriter(Suite.DOMAIN + use).digest(d1).toBytes();
    this.key = Kdf.derive(seed, info, Secret.BYTES);
    this.add = add;
  }

  /// The mask of a pair seed s_uv; the lower member adds it, the higher subtracts it.
  public static Mask ofPair(Secret seed, Digest d1, boolean add) {
    return new Mask(seed, "kdf/pair-mask", d1, add);
  }

  /// The mask of a self-mask seed b_u; the site adds it, the coordinator subtracts it.
  public static Mask ofSelf(Secret seed, Digest d1, boolean add) {
    return new Mask(seed, "kdf/self-mask", d1, add);
  }

  /// Applies this mask to the lanes of a chunk. Several chunks in a row with one mask take its key
  /// schedule once.
  public void apply(Layout layout, int chunk, Lanes lanes, Scratch scratch) {
    int laneBytes = lanes.laneBytes();
    int pieceLanes = Scratch.BYTES / laneBytes;
    long from = (long) layout.firstLane(chunk) * laneBytes;
    for (int first = 0; first < lanes.count(); first += pieceLanes) {
      int size = Math.min(pieceLanes, lanes.count() - first);
      scratch.fill(key, from + (long) first * laneBytes, size * laneBytes);
      lanes.addStream(scratch, first, size, add);
    }
  }

  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "Mask[redacted]";
  }
}
