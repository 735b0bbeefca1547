package dev.caisson.cli.operations;

import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.trust.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// A backup: a zip of a home's files, and as its last entry a list of them with their SHA-256. It
/// holds secret keys in clear: mode 600, and to be kept like the home itself.
final class Archive implements AutoCloseable {
  private static final String LIST = "caisson-backup.txt";
  private static final String FIRST_LINE = "caisson/backup/v1";
  private static final int MAX_ENTRIES = 100_000;
  private static final int MAX_LIST = 16 << 20;
  private static final String NAME = "[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{1,1000}";
  private static final int BUFFER = 1 << 16;

  private final ZipOutputStream zip;
  private final SortedMap<String, Digest> written = new TreeMap<>();

  private Archive(ZipOutputStream zip) {
    this.zip = zip;
  }

  /// A new file; one that is there is refused.
  static Archive create(Path file) throws IOException {
    OutputStream out =
        java.nio.channels.Channels.newOutputStream(
            Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------"))));
    ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out, BUFFER));
    zip.setLevel(Deflater.BEST_SPEED);
    return new Archive(zip);
  }

  /// Adds what a stream gives, at most `most` bytes of it.
  void add(Path name, InputStream content, long most) throws IOException {
    String path = unix(name);
    if (!path.matches(NAME)) {
      throw new IOException(
          "'%s' has a name that no backup can hold: rename or remove it".formatted(path));
    }
    if (written.size() == MAX_ENTRIES) {
      throw new IOException("a backup has at most %,d files".formatted(MAX_ENTRIES));
    }
    zip.putNextEntry(new ZipEntry(path));
    MessageDigest sha = Digest.sha256();
    DigestOutputStream out = new DigestOutputStream(zip, sha);
    byte[] buffer = new byte[BUFFER];
    long left = most;
    for (int read; left > 0; left -= read) {
      read = content.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        break;
      }
      out.write(buffer, 0, read);
    }
    zip.closeEntry();
    written.put(path, Digest.ofBytes(sha.digest()));
  }

  int files() {
    return written.size();
  }

  /// Writes the list; without it a file is no backup.
  void finish() throws IOException {
    StringBuilder list = new StringBuilder(FIRST_LINE).append('\n');
    written.forEach(
        (path, digest) -> list.append(digest.hex()).append(' ').append(path).append('\n'));
    zip.putNextEntry(new ZipEntry(LIST));
    zip.write(list.toString().getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /// Unpacks a backup into an empty folder and returns how many files there were. Refuses an entry
  /// that is not listed, is missing, differs from its digest or would leave the folder, and a
  /// backup for which the disk has no room, before it is filled.
  static int unpack(Path file, Path into) throws IOException, CommandFailure {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Map<String, Digest> listed = list(file, zip);
      long bytes = 0;
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (!entry.getName().equals(LIST) && !listed.containsKey(entry.getName())) {
          throw broken(file, "'%s' is not in its list".formatted(entry.getName()));
        }
        bytes = Math.addExact(bytes, Math.max(0, entry.getSize()));
      }
      long free = Files.getFileStore(into).getUsableSpace();
      if (bytes > free) {
        throw new CommandFailure(
            "%s holds %,d bytes, and the disk of %s has room for %,d: nothing was restored"
                .formatted(file, bytes, into, free));
      }
      for (Map.Entry<String, Digest> wanted : listed.entrySet()) {
        ZipEntry entry = zip.getEntry(wanted.getKey());
        Path target = into.resolve(wanted.getKey()).normalize();
        if (entry == null || !target.startsWith(into) || target.equals(into)) {
          throw broken(file, "'%s' is missing or leaves the home".formatted(wanted.getKey()));
        }
        Digest found = write(zip.getInputStream(entry), entry.getSize(), target);
        if (!found.equals(wanted.getValue())) {
          throw broken(file, "'%s' is damaged".formatted(wanted.getKey()));
        }
      }
      return listed.size();
    } catch (FileAlreadyExistsException e) {
      throw broken(file, "two of its names are in each other's way");
    } catch (ArithmeticException e) {
      throw broken(file, "its sizes make no sense");
    } catch (java.util.zip.ZipException e) {
      throw broken(file, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Digest> list(Path file, ZipFile zip)
      throws IOException, CommandFailure {
    ZipEntry entry = zip.getEntry(LIST);
    if (entry == null) {
      throw broken(file, "it has no list of its files: it was not finished, or is something else");
    }
    byte[] bytes = zip.getInputStream(entry).readNBytes(MAX_LIST + 1);
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    if (bytes.length > MAX_LIST || lines.length > MAX_ENTRIES || !lines[0].equals(FIRST_LINE)) {
      throw broken(file, "its list is of another version, or too long");
    }
    Map<String, Digest> listed = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      if (lines[i].isEmpty() && i == lines.length - 1) {
        break;
      }
      if (!lines[i].matches("[0-9a-f]{64} " + NAME)) {
        throw broken(file, "line %d of its list makes no sense".formatted(i + 1));
      }
      listed.put(lines[i].substring(65), Digest.parse("sha256:" + lines[i].substring(0, 64)));
    }
    return listed;
  }

  /// Writes what an entry gives, and no more than it says it holds.
  private static Digest write(InputStream content, long most, Path target) throws IOException {
    Path folder = target.getParent();
    if (folder != null) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    MessageDigest sha = Digest.sha256();
    try (content;
        OutputStream out =
            java.nio.channels.Channels.newOutputStream(
                Files.newByteChannel(
                    target,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------"))))) {
      OutputStream counted = new DigestOutputStream(out, sha);
      byte[] buffer = new byte[BUFFER];
      long left = most;
      for (int read; (read = content.read(buffer)) >= 0; left -= read) {
        if (read > left) {
          throw new java.util.zip.ZipException("an entry is longer than it says");
        }
        counted.write(buffer, 0, read);
      }
    }
    return Digest.ofBytes(sha.digest());
  }

  private static CommandFailure broken(Path file, String why) {
    return new CommandFailure("%s is no whole backup: %s".formatted(file, why));
  }

  private static String unix(Path name) {
    return name.toString().replace('\\', '/');
  }
}
