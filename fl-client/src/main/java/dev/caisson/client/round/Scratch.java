package dev.caisson.client.round;

import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Where one study's long contents are while this site works on them: a file or two in a folder of
/// its owner's alone. What lies there is of no use after a restart, and is written over. A model's
/// states and their sums are no secret to this site, and derived from all sites' rows.
public final class Scratch {
  private final Path folder;
  private final String study;

  /// @param folder made when it is needed
  public Scratch(Path folder, String study) {
    this.folder = folder;
    this.study = Digest.ofText(study).hex();
  }

  /// Beside a site's ledger.
  public static Scratch beside(EgressLedger ledger, String study) {
    return new Scratch(ledger.beside("scratch"), study);
  }

  /// The file of this study for one purpose; maybe there is none yet.
  public Path file(String purpose) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return folder.resolve(study + "-" + purpose);
  }
}
