package dev.caisson.runtime.device;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The leases on one GPU that processes of this host hold, as files that each holder keeps locked.
/// A file that can be locked has lost its holder, however that ended, and is removed.
///
/// Not guaranteed: anything about processes that use another folder, and on file systems whose
/// locks do not reach between processes.
///
/// One object for each folder in a process (the operating system's locks are the process's, and go
/// when it closes *any* opening of the file), and one thread at a time.
final class LeaseFolder {
  private static final int ATTEMPTS = 500;
  private static final int MILLIS_BETWEEN = 20;
  private static final String SUFFIX = ".lease";
  private static final int MOST_FILES = 1000;
  private static final int MOST_BYTES = 200;
  private static final Pattern LINE =
      Pattern.compile("([0-9]{1,15}) ([0-9]{1,15}) process ([0-9]{1,10}), ([ -~]{1,100})\n");

  private final Path folder;
  private final Pause pause;
  private final Map<Path, FileChannel> own = new HashMap<>();

  /// A lease.
  ///
  /// @param unleased bytes that were used without a lease when it was granted
  /// @param holder who, in words
  record Entry(long bytes, long unleased, String holder) {}

  /// What passes the time between two looks at a lock that another process holds.
  interface Pause {
    void pass() throws InterruptedException;
  }

  LeaseFolder(Path folder) throws IOException {
    this(folder, () -> Thread.sleep(MILLIS_BETWEEN));
  }

  /// The seam for tests of a lock that is held for long.
  LeaseFolder(Path folder, Pause pause) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.pause = pause;
  }

  /// While this is open no other process reads or adds leases here.
  FileChannel guard() throws IOException {
    Path file = folder.resolve("guard");
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is no file; delete it");
    }
    FileChannel guard = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      for (int attempt = 0; guard.tryLock() == null; attempt++) { // goes with the channel
        if (attempt == ATTEMPTS) {
          throw new IOException(
              "another process has held %s for %d s; end it, or wait"
                  .formatted(file, ATTEMPTS * MILLIS_BETWEEN / 1000));
        }
        pause.pass();
      }
      return guard;
    } catch (InterruptedException e) {
      guard.close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another process held " + file);
    } catch (IOException e) {
      guard.close();
      throw e;
    }
  }

  /// Under the guard.
  List<Entry> others() throws IOException {
    List<Entry> others = new ArrayList<>();
    int files = 0;
    try (DirectoryStream<Path> leases = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : leases) {
        if (++files > MOST_FILES) {
          throw new IOException(
              "%s holds more than %d leases; delete the folder when nothing computes"
                  .formatted(folder, MOST_FILES));
        }
        if (!own.containsKey(file)) {
          look(file, others);
        }
      }
    }
    return others;
  }

  private static void look(Path file, List<Entry> others) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      try {
        if (channel.tryLock() != null) {
          Files.deleteIfExists(file);
          return;
        }
      } catch (OverlappingFileLockException e) {
        throw new IOException("two cards share the folder of leases " + file.getParent(), e);
      }
      ByteBuffer room = ByteBuffer.allocate(MOST_BYTES);
      while (room.hasRemaining() && channel.read(room) >= 0) {
        // until the end or full
      }
      String line = new String(room.array(), 0, room.position(), StandardCharsets.ISO_8859_1);
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new IOException("%s is no lease; whoever holds it must end first".formatted(file));
      }
      others.add(
          new Entry(
              Long.parseLong(parts.group(1)),
              Long.parseLong(parts.group(2)),
              "process %s, %s".formatted(parts.group(3), parts.group(4))));
    } catch (NoSuchFileException e) {
      // given back meanwhile
    }
  }

  /// Under the guard.
  ///
  /// @return what [#remove] takes
  Path add(Entry entry) throws IOException {
    Path file = folder.resolve(UUID.randomUUID() + SUFFIX);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      FileLock _ = channel.lock();
      String line =
          "%d %d process %d, %s\n"
              .formatted(
                  entry.bytes(), entry.unleased(), ProcessHandle.current().pid(), entry.holder());
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    own.put(file, channel);
    return file;
  }

  void remove(Path file) {
    FileChannel channel = own.remove(file);
    if (channel == null) {
      return;
    }
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // without its lock it is none any more, and whoever looks next removes it
    }
  }
}
