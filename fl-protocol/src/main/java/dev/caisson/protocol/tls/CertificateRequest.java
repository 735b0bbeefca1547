package dev.caisson.protocol.tls;

import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// A fresh TLS key and the request (PKCS#10, RFC 2986) for a certificate of it. The private half
/// never leaves this process and its home. The request names nobody: who is asked to issue knows by
/// other means for whom.
public final class CertificateRequest {
  private final PrivateKey key;
  private final byte[] der;

  private CertificateRequest(PrivateKey key, byte[] der) {
    this.key = key;
    this.der = der;
  }

  /// A fresh P-256 key.
  public static CertificateRequest fresh() {
    KeyPair pair = FederationAuthority.freshKeyPair();
    try {
      return new CertificateRequest(
          pair.getPrivate(),
          new JcaPKCS10CertificationRequestBuilder(
                  new X500Principal("CN=request"), pair.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
              .getEncoded());
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalStateException("a request for our own key always encodes", e);
    }
  }

  /// The request that was kept in this file, or a fresh one that is now kept there: who asks again
  /// must ask for the same.
  public static CertificateRequest keptIn(Path file) throws IOException {
    if (Files.exists(file)) {
      try {
        return new CertificateRequest(Pem.privateKey(file), Pem.bytes(file, Pem.REQUEST));
      } catch (GeneralSecurityException e) {
        throw new IOException(
            "%s is broken: %s; remove it and ask for another token".formatted(file, e.getMessage()),
            e);
      }
    }
    CertificateRequest fresh = fresh();
    WholeFile.replace(
        file,
        (Pem.block(fresh.key) + Pem.block(Pem.REQUEST, fresh.der))
            .getBytes(StandardCharsets.US_ASCII));
    return fresh;
  }

  /// What is sent.
  public byte[] encoded() {
    return der.clone();
  }

  /// The keys that this request and the certificate that came for it make. A certificate that is
  /// not of this authority or not of our key is refused.
  public KeyFiles keys(X509Certificate certificate, X509Certificate authority, IdentityKey identity)
      throws IOException {
    try {
      certificate.verify(authority.getPublicKey());
      if (!certificate.getPublicKey().equals(SignedRequest.read(der).key())) {
        throw new IOException("the certificate that came is of another key than ours");
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate that came is not of the federation's authority", e);
    }
    if (Caller.of(certificate).isEmpty()) {
      throw new IOException("the certificate that came carries no known name and role");
    }
    return new KeyFiles(key, certificate, authority, identity);
  }

  @Override
  public String toString() {
    return "CertificateRequest[key withheld]";
  }
}
