package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.masking.Mask;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// The residues of the sum so far, one [Lanes] per chunk.
final class RunningSum {
  private final Layout layout;
  private final List<Lanes> chunks = new ArrayList<>();

  RunningSum(Layout layout) {
    this.layout = layout;
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      chunks.add(Lanes.of(layout, layout.lanesIn(chunk)));
    }
  }

  /// Adds (or takes off) a whole upload. Its chunks' lengths and spare bits were checked when they
  /// arrived.
  void add(int member, UploadStore uploads, boolean add) {
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
      try {
        lanes.unpack(uploads.get(member, chunk));
      } catch (MalformedException e) {
        throw new IllegalStateException("the upload store changed a chunk", e);
      }
      chunks.get(chunk).addAll(lanes, add);
    }
  }

  /// Applies every mask to every chunk: chunk outer, key inner, so that a chunk stays in cache.
  void apply(List<Mask> masks) {
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      for (Mask mask : masks) {
        mask.apply(layout, chunk, chunks.get(chunk));
      }
    }
  }

  /// The centred lift of an entry.
  long lifted(int entry) {
    return layout.lift(chunks.get(entry / Layout.CHUNK_LANES).get(entry % Layout.CHUNK_LANES));
  }
}
