package dev.caisson.secagg.coordinator;

import java.util.HashMap;
import java.util.Map;

/// Where uploads wait until the sum is taken: an incomplete one, or one whose site must be left
/// out, is discarded without ever touching it. [#get] may be called by several threads at a time,
/// while nothing is put. Implementations may keep chunks on disk; a fault of theirs is an unchecked
/// exception that leaves the phase as it was.
public interface UploadStore {
  /// Keeps a chunk; the array is the store's from here on.
  void put(int member, int chunk, byte[] packed);

  /// What was put, not to be changed; only asked for chunks that were.
  byte[] get(int member, int chunk);

  /// Forgets a member's chunks.
  void discard(int member);

  /// Chunks in memory: packed uploads of the whole cohort until the sum is there.
  static UploadStore inMemory() {
    return new UploadStore() {
      private final Map<Integer, Map<Integer, byte[]>> chunks = new HashMap<>();

      @Override
      public void put(int member, int chunk, byte[] packed) {
        chunks.computeIfAbsent(member, _ -> new HashMap<>()).put(chunk, packed.clone());
      }

      @Override
      public byte[] get(int member, int chunk) {
        byte[] packed = chunks.getOrDefault(member, Map.of()).get(chunk);
        if (packed == null) {
          throw new IllegalStateException(
              "chunk %d of member %d was never put".formatted(chunk, member));
        }
        return packed.clone();
      }

      @Override
      public void discard(int member) {
        chunks.remove(member);
      }
    };
  }
}
