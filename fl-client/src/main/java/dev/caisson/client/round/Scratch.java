package dev.caisson.client.round;

import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicLong;

/// Where one study's long contents are while this site works on them: a file or two in a folder of
/// its owner's alone. What lies there is of no use when the study, or the process, is over. A
/// model's states and their sums are no secret to this site, and derived from all sites' rows.
public final class Scratch {
  private static final String FOLDER = "scratch";

  /// Tells the files of two desks of one study apart, of which one is ending.
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Path folder;
  private final String prefix;

  /// @param folder made when it is needed
  public Scratch(Path folder, String study) {
    this.folder = folder;
    this.prefix = "%s-%d-".formatted(Digest.ofText(study).hex(), NUMBERS.incrementAndGet());
  }

  /// Beside a site's ledger.
  public static Scratch beside(EgressLedger ledger, String study) {
    return new Scratch(ledger.beside(FOLDER), study);
  }

  /// Removes what an earlier process has left beside a ledger. Before any study begins.
  public static void clear(EgressLedger ledger) throws IOException {
    Path folder = ledger.beside(FOLDER);
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      clear(folder, "");
    }
  }

  /// Removes the files that were asked for here.
  public void clear() throws IOException {
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      clear(folder, prefix);
    }
  }

  private static void clear(Path folder, String prefix) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, file -> isOurs(file, prefix))) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// Other files are somebody else's, and stay.
  private static boolean isOurs(Path file, String prefix) {
    String name = file.getFileName().toString();
    return name.startsWith(prefix) && name.matches("[0-9a-f]{64}-[0-9]+-[a-z]+");
  }

  /// The file of this study for one purpose; maybe there is none yet.
  public Path file(String purpose) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return folder.resolve(prefix + purpose);
  }
}
