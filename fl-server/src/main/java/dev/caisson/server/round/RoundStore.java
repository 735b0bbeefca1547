package dev.caisson.server.round;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.aggregate.ChunkStore;
import dev.caisson.secagg.coordinator.UploadStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What one round keeps of its uploads: in memory up to a limit, in one file beyond it, with a
/// place for every chunk of every member that the manifest allows, and no others. The file has a
/// random name, is its owner's alone, and is gone from the folder as soon as it is open where the
/// system lets an open file be deleted (Linux does), so that not even a crash leaves it behind.
///
/// A disk that is full, or fails, is an [UncheckedIOException].
public final class RoundStore implements UploadStore, AutoCloseable {
  /// The memory that a round's uploads may take before they go to the file.
  public static final long MEMORY = 64L << 20;

  private final Path folder;
  private final Layout layout;
  private final int cohort;
  private final long limit;
  private final Map<Long, byte[]> memory = new ConcurrentHashMap<>();
  private final AtomicLong inMemory = new AtomicLong();
  private @Nullable FileChannel file;
  private boolean closed;

  /// @param folder where a file may be put; must exist
  /// @param limit bytes of chunks that stay in memory
  public RoundStore(Path folder, RoundManifest manifest, long limit) {
    this(folder, manifest.layout(), manifest.cohort().size(), limit);
  }

  private RoundStore(Path folder, Layout layout, int cohort, long limit) {
    this.folder = folder;
    this.layout = layout;
    this.cohort = cohort;
    this.limit = limit;
  }

  /// A store with room for one vector of this layout and no uploads: its [#sum].
  public static RoundStore ofOne(Path folder, Layout layout, long limit) {
    return new RoundStore(folder, layout, 0, limit);
  }

  @Override
  public void put(int member, int chunk, byte[] packed) {
    if (packed.length != layout.packedBytes(chunk)) {
      throw new IllegalArgumentException("a chunk of another length than the layout says");
    }
    if (inMemory.addAndGet(packed.length) <= limit) {
      memory.put(key(member, chunk), packed);
      return;
    }
    inMemory.addAndGet(-packed.length);
    ByteBuffer bytes = ByteBuffer.wrap(packed);
    try {
      FileChannel out = file();
      for (long at = place(member, chunk); bytes.hasRemaining(); ) {
        at += out.write(bytes, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the uploads of this round cannot be kept on disk: " + reason(e), e);
    }
  }

  @Override
  public byte[] get(int member, int chunk) {
    byte[] kept = memory.get(key(member, chunk));
    if (kept != null) {
      return kept;
    }
    byte[] packed = new byte[layout.packedBytes(chunk)];
    ByteBuffer bytes = ByteBuffer.wrap(packed);
    try {
      FileChannel in = file();
      for (long at = place(member, chunk); bytes.hasRemaining(); ) {
        int read = in.read(bytes, at);
        if (read < 0) {
          throw new IOException("it is shorter than what was put");
        }
        at += read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the uploads of this round cannot be read from disk: " + reason(e), e);
    }
    return packed;
  }

  /// Frees the memory of a member's chunks; its places in the file stay its own.
  @Override
  public void discard(int member) {
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      byte[] kept = memory.remove(key(member, chunk));
      if (kept != null) {
        inMemory.addAndGet(-kept.length);
      }
    }
  }

  /// A place for the sum beside the uploads; gone with them when this is closed.
  public ChunkStore sum() {
    return new ChunkStore() {
      @Override
      public void put(int chunk, byte[] packed) {
        RoundStore.this.put(cohort, chunk, packed);
      }

      @Override
      public byte[] get(int chunk) {
        return RoundStore.this.get(cohort, chunk);
      }
    };
  }

  private static long key(int member, int chunk) {
    return ((long) member << Integer.SIZE) | chunk;
  }

  private long place(int member, int chunk) {
    if (member < 0 || member > cohort) {
      throw new IllegalArgumentException("member %d of %d".formatted(member, cohort));
    }
    return ((long) member * layout.chunks() + chunk) * layout.packedBytes(0);
  }

  /// A thread that is interrupted at the file closes it for all, and the exception has no words.
  private static String reason(IOException e) {
    return e instanceof ClosedChannelException
        ? "the round was interrupted, or is over"
        : String.valueOf(e.getMessage());
  }

  private synchronized FileChannel file() throws IOException {
    if (closed) {
      throw new IOException("the round is over");
    }
    if (file == null) {
      file =
          FileChannel.open(
              folder.resolve("round-" + UUID.randomUUID()),
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.SPARSE,
                  StandardOpenOption.DELETE_ON_CLOSE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    return file;
  }

  /// Forgets everything.
  @Override
  public synchronized void close() {
    closed = true;
    memory.clear();
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a round's file cannot be closed", e);
      }
    }
  }
}
