package dev.caisson.protocol.tls;

import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import dev.caisson.trust.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// The keys that a process keeps in its own `keys` folder: TLS key and certificate in one file
/// (`tls.pem`), so that a renewal replaces both or neither; the federation's authority certificate;
/// and the signing identity. Files have mode 600; secrets that others may read are refused.
///
/// Homes made before certificates were renewed have `tls.key` and `tls.crt`; they are read where
/// there is no `tls.pem`.
public record KeyFiles(
    PrivateKey tlsKey, X509Certificate certificate, X509Certificate authority, IdentityKey identity)
    implements Credentials {
  static final String TLS = "tls.pem";
  private static final String OLD_KEY = "tls.key";
  private static final String OLD_CERTIFICATE = "tls.crt";
  private static final String AUTHORITY = "federation-ca.crt";
  private static final String IDENTITY = "identity.key";
  private static final String PENDING = "enrolment.pem";

  /// Writes a fresh set into a new folder, which is created with mode 700.
  public static KeyFiles create(Path folder, FederationAuthority authority, Caller owner)
      throws IOException {
    refuseIfThere(folder);
    IdentityKey identity = identity(folder);
    FederationAuthority.Issued issued = authority.issue(owner);
    KeyFiles keys =
        new KeyFiles(issued.key(), issued.certificate(), authority.certificate(), identity);
    keys.store(folder);
    return keys;
  }

  /// Refuses a folder that holds a complete set already.
  public static void refuseIfThere(Path folder) throws FileAlreadyExistsException {
    if (Files.exists(folder.resolve(TLS)) || Files.exists(folder.resolve(OLD_KEY))) {
      throw new FileAlreadyExistsException(
          folder.toString(), null, "this home has keys already; they are never overwritten");
    }
  }

  /// Where a folder keeps the request of an enrolment that is under way, with its key.
  public static Path pending(Path folder) {
    return folder.resolve(PENDING);
  }

  /// Removes the secrets that a process which was killed may have left in a folder of keys: drafts,
  /// and the request of an enrolment that has its certificate.
  public static void removeLeftovers(Path folder) throws IOException {
    WholeFile.removeOldDrafts(folder);
    if (Files.exists(folder.resolve(TLS))) {
      Files.deleteIfExists(pending(folder));
    }
  }

  /// The folder's identity; a fresh one, written first, where there is none. An enrolment that
  /// broke finds the one it began with.
  public static IdentityKey identity(Path folder) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file = folder.resolve(IDENTITY);
    try {
      if (Files.exists(file)) {
        return IdentityKey.load(file);
      }
    } catch (MalformedException e) {
      throw new IOException(
          "%s is broken: %s; remove it if this home never was enrolled"
              .formatted(file, e.getMessage()),
          e);
    }
    IdentityKey identity = IdentityKey.generate();
    identity.store(file);
    return identity;
  }

  /// Writes all but the identity, the TLS key and certificate last: a folder that has them is
  /// whole.
  public void store(Path folder) throws IOException {
    WholeFile.replace(
        folder.resolve(AUTHORITY), Pem.block(authority).getBytes(StandardCharsets.US_ASCII));
    storeTls(folder);
  }

  /// Replaces TLS key and certificate on disk, both or neither.
  void storeTls(Path folder) throws IOException {
    WholeFile.replace(
        folder.resolve(TLS),
        (Pem.block(tlsKey) + Pem.block(certificate)).getBytes(StandardCharsets.US_ASCII));
    Files.deleteIfExists(folder.resolve(OLD_KEY));
    Files.deleteIfExists(folder.resolve(OLD_CERTIFICATE));
  }

  /// Reads what [#create] wrote.
  public static KeyFiles load(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "%s does not exist: this is not the home of a Caisson process".formatted(folder));
    }
    boolean old =
        Files.notExists(folder.resolve(TLS)) && Files.exists(folder.resolve(OLD_CERTIFICATE));
    try {
      return new KeyFiles(
          Pem.privateKey(folder.resolve(old ? OLD_KEY : TLS)),
          Pem.certificate(folder.resolve(old ? OLD_CERTIFICATE : TLS)),
          Pem.certificate(folder.resolve(AUTHORITY)),
          IdentityKey.load(folder.resolve(IDENTITY)));
    } catch (GeneralSecurityException | MalformedException e) {
      throw new IOException("a key file in %s is broken: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /// Name and role in our own certificate.
  public Caller self() {
    return Caller.of(certificate)
        .orElseThrow(
            () -> new IllegalStateException("our certificate carries no known name and role"));
  }

  @Override
  public KeyFiles now() {
    return this;
  }

  @Override
  public String toString() {
    return "KeyFiles[" + certificate.getSubjectX500Principal() + "]";
  }
}
