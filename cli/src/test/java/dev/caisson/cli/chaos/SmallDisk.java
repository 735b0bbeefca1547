package dev.caisson.cli.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file system in memory that is soon full. Needs the right to mount one; a test is skipped, and
/// says so, where there is none.
final class SmallDisk implements AutoCloseable {
  private static final String FILLER = "filler";

  private final Path folder;

  /// Mounts one over this folder, which is made.
  static SmallDisk mount(Path folder, int mebibytes) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int code =
        run(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=%dm,mode=0700".formatted(mebibytes),
            "tmpfs",
            folder.toString());
    assumeTrue(code == 0, "no right to mount a small file system: a full disk is not tried");
    return new SmallDisk(folder);
  }

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /// Leaves no byte free.
  void fill() throws IOException {
    byte[] piece = new byte[64 << 10];
    for (int size = piece.length; size > 0; size /= 2) {
      try (OutputStream out = Files.newOutputStream(folder.resolve(FILLER + size))) {
        while (true) {
          out.write(piece, 0, size);
        }
      } catch (IOException e) {
        // full, for pieces of this size
      }
    }
    if (folder.toFile().getUsableSpace() > 0) {
      throw new IOException("%s is not full".formatted(folder));
    }
  }

  /// Gives back what was taken.
  void free() throws IOException {
    try (var files = Files.newDirectoryStream(folder, FILLER + "*")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (run("umount", folder.toString()) != 0) {
        run("umount", "--lazy", folder.toString());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // there is no such command here
    }
  }
}
