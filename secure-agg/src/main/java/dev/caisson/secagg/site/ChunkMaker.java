package dev.caisson.secagg.site;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.encoding.Input;
import dev.caisson.secagg.encoding.Quantiser;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.secagg.secret.Secret;
import java.util.Arrays;
import java.util.List;

/// One thread's room for making masked chunks, a [Block] at a time. The masks are all threads'.
final class ChunkMaker implements AutoCloseable {
  private final Block block;
  private final Quantiser quantiser;
  private final List<Mask> masks;
  private byte[] packed = {};

  ChunkMaker(RoundManifest manifest, Input input, Secret roundingKey, List<Mask> masks) {
    Layout layout = manifest.layout();
    this.block = new Block(layout);
    this.quantiser = new Quantiser(manifest, input, roundingKey);
    this.masks = masks;
  }

  /// Takes what is made; the arrays are used again.
  interface Receiver {
    /// A chunk before it is masked.
    void plain(int chunk, Lanes lanes);

    /// The same chunk as it leaves: `length` bytes at the front.
    void masked(int chunk, byte[] packed, int length);
  }

  void make(int number, Receiver to) {
    block.move(number);
    for (int chunk = block.first(); chunk < block.end(); chunk++) {
      Lanes lanes = block.lanes(chunk);
      quantiser.encode(chunk, lanes);
      to.plain(chunk, lanes);
    }
    block.apply(masks);
    for (int chunk = block.first(); chunk < block.end(); chunk++) {
      Lanes lanes = block.lanes(chunk);
      if (packed.length < lanes.packRoom()) {
        packed = new byte[lanes.packRoom()];
      }
      to.masked(chunk, packed, lanes.pack(packed));
    }
  }

  @Override
  public void close() {
    quantiser.close();
    block.close();
    Arrays.fill(packed, (byte) 0);
  }

  @Override
  public String toString() {
    return "ChunkMaker[redacted]";
  }
}
