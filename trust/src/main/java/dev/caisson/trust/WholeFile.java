package dev.caisson.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/// A file that is written as a whole: a crash at any point leaves what was there before or all of
/// the new content, never a part. When a call has returned, the content is on disk. Mode 600: what
/// this is used for is secret, or nobody else's business.
///
/// A process that is killed may leave a draft (`.NAME-SALT.part`, mode 600) that nothing reads
/// again; [#removeDrafts] is for whoever alone writes a file.
public final class WholeFile {
  private static final SecureRandom RANDOM = new SecureRandom();

  private WholeFile() {}

  /// Makes a file that is not there yet: of two processes at once, one does. The folder's file
  /// system must have hard links.
  ///
  /// @throws FileAlreadyExistsException if there is such a file, which stays as it is
  public static void create(Path file, byte[] content) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    write(file, content, WholeFile::publish);
  }

  /// Makes a file, or replaces it.
  public static void replace(Path file, byte[] content) throws IOException {
    write(file, content, (draft, name) -> Files.move(draft, name, StandardCopyOption.ATOMIC_MOVE));
  }

  /// Removes what killed processes have left of this file, and breaks off whoever writes it now.
  public static void removeDrafts(Path file) throws IOException {
    try (DirectoryStream<Path> drafts =
        Files.newDirectoryStream(
            file.toAbsolutePath().getParent(), name -> isDraft(name.getFileName(), file))) {
      for (Path draft : drafts) {
        Files.deleteIfExists(draft);
      }
    }
  }

  private static boolean isDraft(Path name, Path file) {
    String text = name.toString();
    return text.startsWith(".%s-".formatted(file.getFileName())) && text.endsWith(".part");
  }

  /// Gives a draft its name.
  private interface Naming {
    void name(Path draft, Path file) throws IOException;
  }

  private static void write(Path file, byte[] content, Naming naming) throws IOException {
    Path draft = draft(file);
    try {
      fill(draft, content);
      naming.name(draft, file);
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
