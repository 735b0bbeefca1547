package dev.caisson.secagg.aggregate;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where the packed chunks of one sum are kept. Different chunks may be put, and any read, by
/// several threads at a time. Implementations may keep them on disk; a fault of theirs is an
/// unchecked exception.
public interface ChunkStore {
  /// Keeps a chunk; the array is the store's from here on.
  void put(int chunk, byte[] packed);

  /// What was put, not to be changed; only asked for chunks that were.
  byte[] get(int chunk);

  /// So many chunks in memory.
  static ChunkStore inMemory(int chunks) {
    byte[] @Nullable [] kept = new byte[chunks][];
    return new ChunkStore() {
      @Override
      public void put(int chunk, byte[] packed) {
        kept[chunk] = packed.clone();
      }

      @Override
      public byte[] get(int chunk) {
        return Objects.requireNonNull(kept[chunk], "a chunk that was put").clone();
      }
    };
  }
}
