package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.aggregate.ChunkStore;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.trust.MalformedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes the sum, a block of chunks at a time: adds the survivors' uploads, takes the masks off and
/// puts the plain chunks away. One thread's; the uploads, the masks and the sum are all threads'.
final class Unmasking implements AutoCloseable {
  private final Layout layout;
  private final UploadStore uploads;
  private final List<Integer> members;
  private final List<Mask> masks;
  private final ChunkStore sum;
  private final Block block;
  private @Nullable Lanes upload;

  Unmasking(
      Layout layout, UploadStore uploads, List<Integer> members, List<Mask> masks, ChunkStore sum) {
    this.layout = layout;
    this.uploads = uploads;
    this.members = members;
    this.masks = masks;
    this.sum = sum;
    this.block = new Block(layout);
  }

  void take(int number) {
    block.move(number);
    for (int chunk = block.first(); chunk < block.end(); chunk++) {
      Lanes lanes = block.lanes(chunk);
      lanes.clear();
      for (int member : members) {
        lanes.addAll(unpacked(member, chunk), true);
      }
    }
    block.apply(masks);
    for (int chunk = block.first(); chunk < block.end(); chunk++) {
      sum.put(chunk, block.lanes(chunk).pack());
    }
  }

  /// Lengths and spare bits were checked when the chunk arrived.
  private Lanes unpacked(int member, int chunk) {
    Lanes lanes = upload;
    if (lanes == null || lanes.count() != layout.lanesIn(chunk)) {
      lanes = Lanes.of(layout, layout.lanesIn(chunk));
      upload = lanes;
    }
    try {
      lanes.unpack(uploads.get(member, chunk));
    } catch (MalformedException e) {
      throw new IllegalStateException("the upload store changed a chunk", e);
    }
    return lanes;
  }

  @Override
  public void close() {
    block.close();
  }

  @Override
  public String toString() {
    return "Unmasking[redacted]";
  }
}
