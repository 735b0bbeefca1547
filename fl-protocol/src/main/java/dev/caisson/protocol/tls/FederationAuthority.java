package dev.caisson.protocol.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The federation's own certificate authority: the only issuer that any process of the federation
/// trusts. Issues P-256 certificates (Ed25519 ones fail in some TLS stacks), valid from a day ago
/// so that clocks an hour apart still agree.
///
/// A server's certificate carries its *role* as its DNS name, and clients ask for that name, so no
/// site or researcher can pose as the coordinator or the airlock.
public final class FederationAuthority {
  private static final Duration BACKDATED = Duration.ofDays(1);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final PrivateKey key;
  private final X509Certificate certificate;
  private final Instant now;
  private final Duration validity;

  /// A new authority with a fresh key, issuing certificates that are valid from a day before `now`
  /// until `validity` after it.
  public FederationAuthority(String federation, Instant now, Duration validity) {
    this.now = now;
    this.validity = validity;
    KeyPair pair = freshKeyPair();
    X500Principal subject = new X500Principal("CN=" + federation + ", OU=authority");
    X509v3CertificateBuilder builder = builder(subject, subject, pair);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    } catch (CertIOException e) {
      throw new IllegalStateException("our own extensions always encode", e);
    }
    this.key = pair.getPrivate();
    this.certificate = sign(builder, pair.getPrivate());
  }

  /// A key pair and its certificate.
  public record Issued(PrivateKey key, X509Certificate certificate) {
    @Override
    public String toString() {
      return "Issued[" + certificate.getSubjectX500Principal() + ", key withheld]";
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /// A fresh key and a certificate for this caller: a client certificate, and for the server roles
  /// a server certificate too.
  public Issued issue(Caller caller) {
    KeyPair pair = freshKeyPair();
    X500Principal subject =
        new X500Principal("CN=" + caller.name() + ", OU=" + caller.role().label());
    X509v3CertificateBuilder builder =
        builder(certificate.getSubjectX500Principal(), subject, pair);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          true,
          caller.role().isServer()
              ? new ExtendedKeyUsage(
                  new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth})
              : new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
      if (caller.role().isServer()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, caller.role().label())));
      }
    } catch (CertIOException e) {
      throw new IllegalStateException("our own extensions always encode", e);
    }
    return new Issued(pair.getPrivate(), sign(builder, key));
  }

  private X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, KeyPair pair) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, RANDOM),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(validity)),
        subject,
        pair.getPublic());
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey issuerKey) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey)));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("signing a certificate with our own key cannot fail", e);
    }
  }

  private static KeyPair freshKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }
}
