package dev.caisson.protocol.tls;

import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;

/// The keys that a process keeps in its own `keys` folder: the TLS key and certificate, the
/// federation's authority certificate, and the signing identity. Secret files have mode 600; files
/// that others may read are refused.
public record KeyFiles(
    PrivateKey tlsKey,
    X509Certificate certificate,
    X509Certificate authority,
    IdentityKey identity) {
  private static final String TLS_KEY = "tls.key";
  private static final String TLS_CERTIFICATE = "tls.crt";
  private static final String AUTHORITY = "federation-ca.crt";
  private static final String IDENTITY = "identity.key";
  private static final int MAX_PEM = 16_384;

  /// Writes a fresh set into a new folder, which is created with mode 700.
  public static KeyFiles create(Path folder, FederationAuthority authority, Caller owner)
      throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    FederationAuthority.Issued issued = authority.issue(owner);
    IdentityKey identity = IdentityKey.generate();
    writeSecret(folder.resolve(TLS_KEY), pem("PRIVATE KEY", issued.key().getEncoded()));
    try {
      Files.writeString(
          folder.resolve(TLS_CERTIFICATE), pem("CERTIFICATE", issued.certificate().getEncoded()));
      Files.writeString(
          folder.resolve(AUTHORITY), pem("CERTIFICATE", authority.certificate().getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate just issued always encodes", e);
    }
    identity.store(folder.resolve(IDENTITY));
    return new KeyFiles(issued.key(), issued.certificate(), authority.certificate(), identity);
  }

  /// Reads what [#create] wrote.
  public static KeyFiles load(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "%s does not exist: this is not the home of a Caisson process".formatted(folder));
    }
    refuseIfOthersRead(folder.resolve(TLS_KEY));
    try {
      return new KeyFiles(
          privateKey(folder.resolve(TLS_KEY)),
          certificate(folder.resolve(TLS_CERTIFICATE)),
          certificate(folder.resolve(AUTHORITY)),
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
  public String toString() {
    return "KeyFiles[" + certificate.getSubjectX500Principal() + "]";
  }

  private static void refuseIfOthersRead(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(p -> !p.name().startsWith("OWNER"))) {
      throw new IOException("%s may be read by others: chmod 600 it".formatted(file));
    }
  }

  private static void writeSecret(Path file, String content) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, content);
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(
            label,
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der),
            label);
  }

  private static byte[] boundedBytes(Path file) throws IOException {
    if (Files.size(file) > MAX_PEM) {
      throw new IOException("%s is too large for a key or certificate".formatted(file));
    }
    return Files.readAllBytes(file);
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    String body =
        new String(boundedBytes(file), StandardCharsets.US_ASCII)
            .replaceAll("-----[A-Z ]+-----", "");
    try {
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("%s is not PEM".formatted(file), e);
    }
  }

  private static X509Certificate certificate(Path file) throws IOException, CertificateException {
    try (InputStream in = new ByteArrayInputStream(boundedBytes(file))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
