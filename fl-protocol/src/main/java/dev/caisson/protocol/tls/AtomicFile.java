package dev.caisson.protocol.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/// Replaces a file as a whole: a crash at any point leaves the old content or the new one, never a
/// part. When [#write] has returned, the new one is on disk.
public final class AtomicFile {
  private static final SecureRandom RANDOM = new SecureRandom();

  private AtomicFile() {}

  /// Writes with mode 600: what this is used for is secret, or nobody else's business.
  public static void write(Path file, byte[] content) throws IOException {
    byte[] salt = new byte[8];
    RANDOM.nextBytes(salt);
    Path part =
        file.resolveSibling(
            ".%s-%s.part".formatted(file.getFileName(), HexFormat.of().formatHex(salt)));
    try {
      try (FileChannel out =
          FileChannel.open(
              part,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel entry = FileChannel.open(folder)) {
        entry.force(true);
      }
    }
  }
}
