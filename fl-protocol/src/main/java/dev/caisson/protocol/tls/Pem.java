package dev.caisson.protocol.tls;

import dev.caisson.trust.WholeFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keys and certificates as text blocks (RFC 7468) in small files.
final class Pem {
  static final String PRIVATE_KEY = "PRIVATE KEY";
  static final String CERTIFICATE = "CERTIFICATE";
  static final String REQUEST = "CERTIFICATE REQUEST";
  private static final int MAX_FILE = 16_384;

  private Pem() {}

  static String block(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            label,
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der),
            label);
  }

  static String block(X509Certificate certificate) {
    try {
      return block(CERTIFICATE, certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was parsed always encodes", e);
    }
  }

  static String block(PrivateKey key) {
    return block(PRIVATE_KEY, key.getEncoded());
  }

  /// The bytes of the file's first block with this label.
  static byte[] bytes(Path file, String label) throws IOException, GeneralSecurityException {
    Matcher block =
        Pattern.compile("-----BEGIN %1$s-----([^-]*)-----END %1$s-----".formatted(label))
            .matcher(new String(WholeFile.read(file, MAX_FILE), StandardCharsets.US_ASCII));
    if (!block.find()) {
      throw new GeneralSecurityException("%s holds no PEM block %s".formatted(file, label));
    }
    try {
      return Base64.getMimeDecoder().decode(block.group(1).strip());
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("%s is not PEM".formatted(file), e);
    }
  }

  static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    refuseIfOthersRead(file);
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(bytes(file, PRIVATE_KEY)));
  }

  static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
    return certificate(bytes(file, CERTIFICATE));
  }

  static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static void refuseIfOthersRead(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(p -> !p.name().startsWith("OWNER"))) {
      throw new IOException("%s may be read by others: chmod 600 it".formatted(file));
    }
  }
}
