package dev.caisson.client.ledger;

import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a custodian's command leaves permits for the agent, which may be running: one file each,
/// named by its digest. A file that is no permit by this site's key is passed over with a warning.
/// One that was taken in is renamed: should an older ledger come back, it does not count anew.
public final class PermitFolder {
  private static final Logger LOG = LoggerFactory.getLogger(PermitFolder.class);
  private static final int MOST = 1000;
  private static final int MOST_BYTES = 3 * Permit.MAX_BYTES;

  private final Path folder;
  private final String site;
  private final Identity identity;

  public PermitFolder(Path folder, String site, Identity identity) {
    this.folder = folder;
    this.site = site;
    this.identity = identity;
  }

  /// The folder that belongs to a ledger.
  public static Path beside(Path ledger) {
    return ledger.resolveSibling("permits");
  }

  /// Signs a permit and leaves it.
  public Path leave(Permit permit, IdentityKey key) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    byte[] signed = permit.signed(key);
    Path file = folder.resolve(Digest.of(signed).hex() + ".permit");
    Path beside = folder.resolve(Digest.of(signed).hex() + ".part");
    Files.write(beside, signed, StandardOpenOption.CREATE_NEW);
    return Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Of a plain file alone: a device or a pipe would keep the agent from everything else.
  private static byte[] content(Path file) throws IOException, MalformedException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new MalformedException("not a plain file");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw new MalformedException("too large for a permit");
      }
      return content;
    }
  }

  /// The custodian's permits that the agent has not taken in yet.
  public List<Permit> waiting() throws IOException {
    return read().values().stream().map(JournalEntry.Permitted::permit).toList();
  }

  /// All permits that are there and were not taken in, with their files.
  SortedMap<Path, JournalEntry.Permitted> read() throws IOException {
    SortedMap<Path, JournalEntry.Permitted> permits = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return permits;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.permit")) {
      for (Path file : files) {
        if (permits.size() == MOST) {
          LOG.warn("{} holds more than {} permits; the rest is not read", folder, MOST);
          break;
        }
        try {
          permits.put(file, new JournalEntry.Permitted(Permit.read(content(file), site, identity)));
        } catch (MalformedException | FileSystemException e) {
          LOG.warn("{} is no permit: {}", file, e.getMessage());
        }
      }
    }
    return permits;
  }

  /// Keeps the file of a permit that the ledger holds by now, out of the way.
  void taken(Path file) {
    try {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".taken"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("{} cannot be renamed; it would count again for an older ledger", file, e);
    }
  }
}
