package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.aggregate.ChunkStore;
import dev.caisson.secagg.masking.Block;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.trust.MalformedException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes the sum, a block of chunks at a time: adds the survivors' uploads, takes the masks off and
/// puts the plain chunks away; on the way the sum over the integers too, where that is wanted. One
/// thread's; the uploads, the masks and the sum are all threads'.
final class Unmasking implements AutoCloseable {
  private final Layout layout;
  private final UploadStore uploads;
  private final List<Integer> members;
  private final List<Mask> masks;
  private final ChunkStore sum;
  private final Optional<Total> total;
  private final Block block;
  private @Nullable Lanes upload;
  private @Nullable Lanes whole;

  Unmasking(
      Layout layout,
      UploadStore uploads,
      List<Integer> members,
      List<Mask> masks,
      ChunkStore sum,
      Optional<Total> total) {
    this.layout = layout;
    this.uploads = uploads;
    this.members = members;
    this.masks = masks;
    this.sum = sum;
    this.total = total;
    this.block = new Block(layout);
  }

  void take(int number) {
    block.move(number);
    for (int chunk = block.first(); chunk < block.end(); chunk++) {
      Lanes lanes = block.lanes(chunk);
      lanes.clear();
      if (total.isPresent()) {
        lanes.addResidues(wholeSum(total.get(), chunk));
      } else {
        for (int member : members) {
          lanes.addAll(unpacked(member, chunk), true);
        }
      }
    }
    block.apply(masks);
    for (int chunk = block.first(); chunk < block.end(); chunk++) {
      sum.put(chunk, block.lanes(chunk).pack());
    }
  }

  /// The sum over the integers, which is put away too; modulo 2^b it is that of the residues.
  private Lanes wholeSum(Total place, int chunk) {
    Lanes lanes = whole;
    if (lanes == null || lanes.count() != layout.lanesIn(chunk)) {
      lanes = Lanes.of(place.layout(), layout.lanesIn(chunk));
      whole = lanes;
    }
    lanes.clear();
    for (int member : members) {
      lanes.addResidues(unpacked(member, chunk));
    }
    place.put(chunk, lanes.pack());
    return lanes;
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
