package dev.caisson.protocol.blob;

import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.function.Predicate;

/// A folder of files named by the SHA-256 of their content. A file appears whole or not at all
/// (written beside, synced, renamed). Thread-safe; what is read is checked against its name.
public final class BlobStore {
  private final Path folder;

  public BlobStore(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /// Keeps this content; a second time changes nothing.
  public Digest put(byte[] content) throws IOException {
    try (Incoming incoming = incoming(content.length)) {
      incoming.write(content);
      return incoming.keep();
    }
  }

  /// Content that arrives in pieces, at most `maxBytes` of it. Close it, kept or not.
  public Incoming incoming(long maxBytes) throws IOException {
    return new Incoming(maxBytes);
  }

  /// A file beside the store until it is kept. One thread at a time.
  public final class Incoming implements AutoCloseable {
    private final Path beside = Files.createTempFile(folder, "incoming-", ".part");
    private final FileChannel out = FileChannel.open(beside, StandardOpenOption.WRITE);
    private final MessageDigest sha = Digest.sha256();
    private final long maxBytes;
    private long bytes;

    private Incoming(long maxBytes) throws IOException {
      this.maxBytes = maxBytes;
    }

    /// Appends a piece; more than was agreed is an `IllegalArgumentException`.
    public void write(byte[] piece) throws IOException {
      bytes += piece.length;
      if (bytes > maxBytes) {
        throw new IllegalArgumentException(
            "more than the %d bytes that were announced".formatted(maxBytes));
      }
      ByteBuffer rest = ByteBuffer.wrap(piece);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
      sha.update(piece);
    }

    public long bytes() {
      return bytes;
    }

    /// Syncs the file and puts it in its place; it is there after a crash, too.
    public Digest keep() throws IOException {
      out.force(true);
      Digest digest = Digest.ofBytes(sha.digest());
      Files.move(beside, file(digest), StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true);
      }
      return digest;
    }

    @Override
    public void close() throws IOException {
      out.close();
      Files.deleteIfExists(beside);
    }
  }

  /// Bytes that the store's disk has left for this process.
  public long freeBytes() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  /// Bytes that the store's whole disk has, whoever uses them.
  public long diskBytes() throws IOException {
    return Files.getFileStore(folder).getTotalSpace();
  }

  /// The content for sending; who receives it checks its digest.
  public InputStream open(Digest digest) throws IOException {
    try {
      return Files.newInputStream(file(digest));
    } catch (NoSuchFileException e) {
      throw new IOException("%s is not in %s".formatted(digest, folder), e);
    }
  }

  /// The content of this digest, to be read at any place, after all of it was compared with the
  /// digest; an `IOException` names what is missing or damaged. Close it.
  public FileChannel read(Digest digest) throws IOException {
    FileChannel content;
    try {
      content = FileChannel.open(file(digest), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new IOException("%s is not in %s".formatted(digest, folder), e);
    }
    boolean sound = false;
    try {
      MessageDigest sha = Digest.sha256();
      ByteBuffer piece = ByteBuffer.allocate(1 << 16);
      while (content.read(piece) >= 0) {
        sha.update(piece.flip());
        piece.clear();
      }
      if (!Digest.ofBytes(sha.digest()).equals(digest)) {
        throw new IOException(
            "%s is damaged: its content no longer has the digest it is named by"
                .formatted(file(digest)));
      }
      sound = true;
      return content;
    } finally {
      if (!sound) {
        content.close();
      }
    }
  }

  public long size(Digest digest) throws IOException {
    return Files.size(file(digest));
  }

  /// The content of this digest; an `IOException` names what is missing or damaged.
  public byte[] get(Digest digest) throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file(digest));
    } catch (NoSuchFileException e) {
      throw new IOException("%s is not in %s".formatted(digest, folder), e);
    }
    if (!Digest.of(content).equals(digest)) {
      throw new IOException(
          "%s is damaged: its content no longer has the digest it is named by"
              .formatted(file(digest)));
    }
    return content;
  }

  /// Forgets the content of this digest, if it is there; who is reading it reads on.
  public void delete(Digest digest) throws IOException {
    Files.deleteIfExists(file(digest));
  }

  /// Removes content that `isWanted` does not want, and what was left of content that never came to
  /// its end. Only while nobody else uses the store. Files of other names stay.
  public void sweep(Predicate<Digest> isWanted) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean isPart = name.startsWith("incoming-") && name.endsWith(".part");
        if (isPart
            || (name.matches("[0-9a-f]{64}") && !isWanted.test(Digest.parse("sha256:" + name)))) {
          Files.delete(file);
        }
      }
    }
  }

  private Path file(Digest digest) {
    return folder.resolve(digest.hex());
  }
}
