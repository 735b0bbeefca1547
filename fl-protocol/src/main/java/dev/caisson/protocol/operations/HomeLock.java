package dev.caisson.protocol.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// One process on one home: the kernel's lock on a file in it, which ends with the process however
/// it ends. It does not see a process on another machine that shares the folder over a file system
/// without locks.
public final class HomeLock implements AutoCloseable {
  /// The file's name in the home; empty, and left behind.
  public static final String FILE = "running.lock";

  private final FileChannel file;

  private HomeLock(FileChannel file) {
    this.file = file;
  }

  /// Takes the home; an `IOException` says that another process has it.
  public static HomeLock take(Path home) throws IOException {
    FileChannel file =
        FileChannel.open(home.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (lock(file) == null) {
      file.close();
      throw new IOException(
          "another process runs on %s: end it first ('caisson status --home %s' shows it)"
              .formatted(home, home));
    }
    return new HomeLock(file);
  }

  /// Whether a process has this home now.
  public static boolean isTaken(Path home) throws IOException {
    if (Files.notExists(home.resolve(FILE))) {
      return false;
    }
    try (FileChannel file = FileChannel.open(home.resolve(FILE), StandardOpenOption.WRITE)) {
      return lock(file) == null; // closing gives it back
    }
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this process has it
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a lock cannot be given back", e);
    }
  }
}
