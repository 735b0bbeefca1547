package dev.caisson.server.round;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.aggregate.ChunkStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where the sum over the integers is until a round is over, if sites are to check it.
public final class ShownTotal implements AutoCloseable {
  private final Path folder;
  private final long limit;
  private @Nullable RoundStore store;

  /// @param folder where a file may be put, if it is long
  /// @param limit bytes that stay in memory
  public ShownTotal(Path folder, long limit) {
    this.folder = folder;
    this.limit = limit;
  }

  /// A place for one vector of this layout; asked for once.
  public ChunkStore place(Layout layout) {
    store = RoundStore.ofOne(folder, layout, limit);
    return store.sum();
  }

  @Override
  public void close() {
    if (store != null) {
      store.close();
    }
  }
}
