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

  public static StoredKeys load(Path folder) throws IOException {
    return new StoredKeys(folder, KeyFiles.load(folder));
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
}
