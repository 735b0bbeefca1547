package dev.caisson.secagg.coordinator;

import java.util.TreeSet;

/// An upload store that keeps what it is told to discard until it is closed, so that a sum can be
/// checked after it was opened. Masked uploads of the whole cohort take room that long.
public final class KeptUploads implements UploadStore, AutoCloseable {
  private final UploadStore store;
  private final TreeSet<Integer> members = new TreeSet<>();

  public KeptUploads(UploadStore store) {
    this.store = store;
  }

  @Override
  public void put(int member, int chunk, byte[] packed) {
    members.add(member);
    store.put(member, chunk, packed);
  }

  @Override
  public byte[] get(int member, int chunk) {
    return store.get(member, chunk);
  }

  /// Nothing, for now.
  @Override
  public void discard(int member) {
    members.add(member);
  }

  @Override
  public void close() {
    members.forEach(store::discard);
  }
}
