package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.aggregate.ChunkStore;
import java.io.UncheckedIOException;

/// Y, the sum of the uploads over the integers: its layout, and where its packed chunks are. Sites
/// want it to check the sum; where its place fails, a full disk say, the sum stands without it.
final class Total {
  private final Layout layout;
  private final ChunkStore chunks;
  private volatile boolean lost;

  Total(Layout layout, ChunkStore chunks) {
    this.layout = layout;
    this.chunks = chunks;
  }

  Layout layout() {
    return layout;
  }

  ChunkStore chunks() {
    return chunks;
  }

  /// Thread-safe for different chunks.
  void put(int chunk, byte[] packed) {
    if (lost) {
      return;
    }
    try {
      chunks.put(chunk, packed);
    } catch (UncheckedIOException e) {
      lost = true; // sites find a sum that cannot be checked, and their custodians say what follows
    }
  }

  /// Whether it is not all there.
  boolean isLost() {
    return lost;
  }
}
