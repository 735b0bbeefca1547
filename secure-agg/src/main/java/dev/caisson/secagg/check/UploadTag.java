package dev.caisson.secagg.check;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.message.SumOpening;
import dev.caisson.secagg.message.UploadStatement;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// The tag of one upload, read chunk by chunk.
public final class UploadTag {
  private UploadTag() {}

  /// The tag for an opening of the upload in these packed chunks, if it is one in this layout that
  /// hashes to `root`.
  public static Optional<Tag> of(
      Layout layout, SumOpening opening, IntFunction<byte[]> upload, Digest root) {
    List<Digest> leaves = new ArrayList<>(layout.chunks());
    Lanes full = Lanes.of(layout, layout.lanesIn(0));
    try (Challenge challenge = new Challenge(opening.d3(), opening.total())) {
      for (int chunk = 0; chunk < layout.chunks(); chunk++) {
        byte[] packed = upload.apply(chunk);
        int count = layout.lanesIn(chunk);
        Lanes lanes = count == full.count() ? full : Lanes.of(layout, count);
        lanes.unpack(packed);
        leaves.add(Digest.of(packed));
        challenge.add(layout.firstLane(chunk), lanes);
      }
      return UploadStatement.root(leaves).equals(root)
          ? Optional.of(challenge.tag())
          : Optional.empty();
    } catch (MalformedException e) {
      return Optional.empty(); // no upload of this layout: as good as none
    }
  }
}
