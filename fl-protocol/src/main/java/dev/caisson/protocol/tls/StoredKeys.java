package dev.caisson.protocol.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/// A process's keys, whose TLS half is replaced when its certificate is renewed: on disk first,
/// then for new connections. Thread-safe.
public final class StoredKeys implements Credentials {
  private final Path folder;
  private volatile KeyFiles keys;

  private StoredKeys(Path folder, KeyFiles keys) {
    this.folder = folder;
    this.keys = keys;
  }

  /// Reads a folder of keys, and removes what killed processes have left in it.
  public static StoredKeys load(Path folder) throws IOException {
    StoredKeys stored = new StoredKeys(folder, KeyFiles.load(folder));
    stored.removeLeftovers();
    return stored;
  }

  /// Removes secrets that killed processes have left in the folder.
  public void removeLeftovers() throws IOException {
    KeyFiles.removeLeftovers(folder);
  }

  @Override
  public KeyFiles now() {
    return keys;
  }

  /// When two thirds of the certificate's validity are over.
  public Instant renewAt() {
    Instant from = keys.certificate().getNotBefore().toInstant();
    return from.plus(Duration.between(from, ends()).multipliedBy(2).dividedBy(3));
  }

  /// When the certificate ends.
  public Instant ends() {
    return keys.certificate().getNotAfter().toInstant();
  }

  /// Takes a certificate for a fresh key. One that is not of our authority, not for us by name and
  /// role, or not of this key is refused, and nothing changes.
  public synchronized void replace(CertificateRequest fresh, X509Certificate certificate)
      throws IOException {
    KeyFiles next = fresh.keys(certificate, keys.authority(), keys.identity());
    if (!next.self().equals(keys.self())) {
      throw new IOException(
          "the certificate that came is %s's, this home is %s's"
              .formatted(next.self(), keys.self()));
    }
    next.storeTls(folder);
    keys = next;
  }

  /// Takes the certificate that another process of this home has renewed, if one is on disk that
  /// ends later and is of the same authority, name, role and identity.
  public synchronized void takeNewer() throws IOException {
    KeyFiles found = KeyFiles.load(folder);
    if (found.certificate().getNotAfter().toInstant().isAfter(ends())
        && found.self().equals(keys.self())
        && found.authority().equals(keys.authority())
        && found.identity().identity().equals(keys.identity().identity())) {
      keys = found;
    }
  }
}
