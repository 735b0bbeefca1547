package dev.caisson.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/// A file that is written as a whole: a crash at any point leaves what was there before or all of
/// the new content, never a part. When a call has returned, the content is on disk. Mode 600: what
/// this is used for is secret, or nobody else's business.
///
/// A process that is killed may leave a draft (`.NAME-SALT.part`, mode 600) that nothing reads
/// again, and that may be a secret. Whoever starts on a folder removes them ([#removeOldDrafts]);
/// [#removeDrafts] is for whoever alone writes a file.
public final class WholeFile {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration ABANDONED = Duration.ofMinutes(1);
  private static final Pattern DRAFT = Pattern.compile("\\..+-[0-9a-f]{16}\\.part");

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

  /// Reads a file of at most so many bytes. A folder, a device or something longer is an
  /// `IOException` that names it, and nothing of it is kept.
  public static byte[] read(Path file, int most) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("%s is not a file; put back what belongs there".formatted(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(most + 1);
      if (content.length > most) {
        throw new IOException(
            "%s has more than %,d bytes: it is not what belongs there; put that back"
                .formatted(file, most));
      }
      return content;
    }
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

  /// Removes the drafts of any file in this folder that nobody has written to for a minute: whoever
  /// wrote them was killed, for a draft is small and gets its name at once. Nothing where there is
  /// no such folder.
  public static void removeOldDrafts(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Instant recent = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> drafts =
        Files.newDirectoryStream(
            folder,
            path ->
                DRAFT.matcher(path.getFileName().toString()).matches()
                    && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))) {
      for (Path draft : drafts) {
        if (Files.getLastModifiedTime(draft).toInstant().isBefore(recent)) {
          Files.deleteIfExists(draft);
        }
      }
    } catch (NoSuchFileException e) {
      // another process has removed it
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
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
