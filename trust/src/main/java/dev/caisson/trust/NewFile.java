package dev.caisson.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/// A secret's file, made once: a crash at any point leaves no file or the whole one, and one that
/// is there is never overwritten, by two processes at once neither. When [#write] has returned, it
/// is on disk.
///
/// A process that is killed may leave a draft (`.NAME-SALT.part`, mode 600) that nothing reads
/// again. The folder's file system must have hard links.
public final class NewFile {
  private static final SecureRandom RANDOM = new SecureRandom();

  private NewFile() {}

  /// Writes with mode 600.
  ///
  /// @throws FileAlreadyExistsException if there is such a file, which stays as it is
  public static void write(Path file, byte[] content) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path draft = draft(file);
    try {
      fill(draft, content);
      publish(draft, file);
    } finally {
      Files.deleteIfExists(draft);
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      sync(folder);
    }
  }

  static Path draft(Path file) {
    byte[] salt = new byte[8];
    RANDOM.nextBytes(salt);
    return file.resolveSibling(
        ".%s-%s.part".formatted(file.getFileName(), HexFormat.of().formatHex(salt)));
  }

  static void fill(Path draft, byte[] content) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            draft,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
      out.force(true);
    }
  }

  /// A link, unlike a rename, refuses to replace.
  static void publish(Path draft, Path file) throws IOException {
    Files.createLink(file, draft);
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel entry = FileChannel.open(folder)) {
      entry.force(true);
    }
  }
}
