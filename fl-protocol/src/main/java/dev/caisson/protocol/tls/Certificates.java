package dev.caisson.protocol.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/// Certificates as bytes (DER) from and for the wire.
public final class Certificates {
  private static final int MAX_BYTES = 8192;

  private Certificates() {}

  /// Reads one that came from elsewhere. It is only read: who signed it is another question.
  public static X509Certificate read(byte[] der) throws IOException {
    if (der.length > MAX_BYTES) {
      throw new IOException(
          "a certificate has at most %d bytes, got %d".formatted(MAX_BYTES, der.length));
    }
    try {
      return Pem.certificate(der);
    } catch (GeneralSecurityException e) {
      throw new IOException("what came is not a certificate", e);
    }
  }

  public static byte[] bytes(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was parsed always encodes", e);
    }
  }
}
