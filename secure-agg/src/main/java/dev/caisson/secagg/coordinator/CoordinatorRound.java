package dev.caisson.secagg.coordinator;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Threads;
import dev.caisson.secagg.aggregate.ChunkStore;
import dev.caisson.trust.Roster;
import java.util.Optional;
import java.util.function.Function;

/// The way into a round for the coordinator.
public final class CoordinatorRound {
  private CoordinatorRound() {}

  /// Opens a round for a manifest that was signed and handed to the cohort. The roster gives the
  /// keys that sites' messages are checked against, so that a bad message names its sender.
  public static CollectingKeys open(RoundManifest manifest, Roster roster, UploadStore uploads) {
    return open(
        manifest,
        roster,
        uploads,
        new Sums(
            ChunkStore.inMemory(manifest.layout().chunks()),
            Threads.ONE,
            Optional.of(total -> ChunkStore.inMemory(total.chunks()))));
  }

  /// As above, for long vectors: the sum goes to a store of the caller's, which the aggregate then
  /// reads. Memory is that of both stores and O(chunk x threads), whatever the length.
  public static CollectingKeys open(
      RoundManifest manifest, Roster roster, UploadStore uploads, Sums sums) {
    return new CollectingKeys(new Roll(manifest, roster, sums), uploads);
  }

  /// Where the sum is put when it is taken, and how many threads take it.
  ///
  /// @param total makes a place for the sum over the integers, by its layout, if sites are to check
  ///   this round's sum: it is taken on the way
  public record Sums(
      ChunkStore store, Threads threads, Optional<Function<Layout, ChunkStore>> total) {}
}
