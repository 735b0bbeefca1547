package dev.caisson.server.study;

import dev.caisson.protocol.blob.BlobStore;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The content of all studies: kept by digest while a study names it, and no longer. Thread-safe.
///
/// Content comes before its name: whoever puts some holds a [Naming] until the transaction that
/// names it has returned. What a crash leaves between the two is removed by [#sweep].
public final class StudyContent {
  private final BlobStore blobs;
  private final CoordinatorDatabase database;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  public StudyContent(BlobStore blobs, CoordinatorDatabase database) {
    this.blobs = blobs;
    this.database = database;
  }

  public BlobStore blobs() {
    return blobs;
  }

  /// While this is open, nothing is taken for unwanted that is not yet named.
  public interface Naming extends AutoCloseable {
    @Override
    void close();
  }

  /// To be closed by the thread that opened it.
  public Naming naming() {
    lock.readLock().lock();
    return lock.readLock()::unlock;
  }

  /// Removes those of these that no study names. Not while holding a [Naming].
  public void release(Collection<Digest> digests) throws IOException {
    lock.writeLock().lock();
    try {
      for (Digest digest : digests) {
        if (!isNamed(digest)) {
          blobs.delete(digest);
        }
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// Removes everything that no study names. Only before any study runs.
  void sweep() throws IOException {
    blobs.sweep(this::isNamed);
  }

  private boolean isNamed(Digest digest) {
    return database.<Boolean, RuntimeException>read(sql -> ContentTable.isNamed(sql, digest));
  }
}
