package dev.caisson.server.grpc;

import dev.caisson.protocol.blob.BlobStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// The submissions that are on their way: few of one researcher, and all of them together no more
/// than the disk has room for. Thread-safe.
final class Arrivals {
  private static final int MOST_OF_ONE = 2;

  /// What the rounds of other studies need meanwhile, of a large disk and of a small one.
  private static final long MOST_KEPT_FREE = 1L << 30;

  private static final int SHARE_KEPT_FREE = 8;

  private final Disk disk;
  private final Map<String, Integer> underWay = new HashMap<>();
  private long announced;

  /// Where submissions are kept.
  interface Disk {
    long freeBytes() throws IOException;

    /// Of the whole disk.
    long bytes() throws IOException;

    static Disk of(BlobStore blobs) {
      return new Disk() {
        @Override
        public long freeBytes() throws IOException {
          return blobs.freeBytes();
        }

        @Override
        public long bytes() throws IOException {
          return blobs.diskBytes();
        }
      };
    }
  }

  Arrivals(Disk disk) {
    this.disk = disk;
  }

  /// To be closed once, when the submission is kept, refused or given up.
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /// Lets a submission in; an `IllegalStateException` says why it has to wait. What is here already
  /// of others counts twice, so this errs to the side of the disk.
  ///
  /// @param bytes that it announces
  synchronized Place enter(String researcher, long bytes) throws IOException {
    if (underWay.getOrDefault(researcher, 0) >= MOST_OF_ONE) {
      throw new IllegalStateException(
          "'%s' sends %d submissions already; wait until one of them is here"
              .formatted(researcher, MOST_OF_ONE));
    }
    long free = disk.freeBytes();
    long keptFree = Math.min(MOST_KEPT_FREE, disk.bytes() / SHARE_KEPT_FREE);
    if (free - announced - bytes < keptFree) {
      throw new IllegalStateException(
          ("the coordinator's disk has %d MiB free; this submission needs %d MiB, others that are"
                  + " on their way %d MiB, and %d MiB stay free: try again later, or have its"
                  + " operator make room")
              .formatted(free >> 20, mebibytes(bytes), mebibytes(announced), keptFree >> 20));
    }
    underWay.merge(researcher, 1, Integer::sum);
    announced += bytes;
    return () -> leave(researcher, bytes);
  }

  private synchronized void leave(String researcher, long bytes) {
    underWay.computeIfPresent(researcher, (_, count) -> count == 1 ? null : count - 1);
    announced -= bytes;
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
