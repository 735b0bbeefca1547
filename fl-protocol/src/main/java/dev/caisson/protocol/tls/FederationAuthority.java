package dev.caisson.protocol.tls;

import dev.caisson.trust.WholeFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
/// so that clocks an hour apart still agree. Thread-safe.
///
/// A server's certificate carries its *role* as its DNS name, and clients ask for that name, so no
/// site or researcher can pose as the coordinator or the airlock.
public final class FederationAuthority {
  /// How long before it was issued a certificate begins.
  public static final Duration BACKDATED = Duration.ofDays(1);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final PrivateKey key;
  private final X509Certificate certificate;
  private final InstantSource clock;
  private final Duration validity;

  /// A new authority with a fresh key, its own certificate and those that it issues valid from a
  /// day before `now` until `validity` after it.
  public FederationAuthority(String federation, Instant now, Duration validity) {
    this(federation, InstantSource.fixed(now), validity, validity);
  }

  /// A new authority with a fresh key, valid for `lifetime`; what it issues is valid for
  /// `validity`.
  public FederationAuthority(
      String federation, InstantSource clock, Duration lifetime, Duration validity) {
    this.clock = clock;
    this.validity = validity;
    KeyPair pair = freshKeyPair();
    X500Principal subject = new X500Principal("CN=" + federation + ", OU=authority");
    X509v3CertificateBuilder builder = builder(subject, subject, pair.getPublic(), lifetime);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    } catch (CertIOException e) {
      throw new IllegalStateException("our own extensions always encode", e);
    }
    this.key = pair.getPrivate();
    this.certificate = sign(builder, pair.getPrivate());
  }

  private FederationAuthority(
      PrivateKey key, X509Certificate certificate, InstantSource clock, Duration validity) {
    this.key = key;
    this.certificate = certificate;
    this.clock = clock;
    this.validity = validity;
  }

  /// Reads what [#store] wrote. A file that others may read is refused.
  public static FederationAuthority load(Path file, InstantSource clock, Duration validity)
      throws IOException {
    try {
      return new FederationAuthority(Pem.privateKey(file), Pem.certificate(file), clock, validity);
    } catch (GeneralSecurityException e) {
      throw new IOException("%s is broken: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Writes key and certificate into one file of mode 600. Who reads it is the authority.
  public void store(Path file) throws IOException {
    WholeFile.replace(
        file, (Pem.block(key) + Pem.block(certificate)).getBytes(StandardCharsets.US_ASCII));
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

  /// A fresh key and a certificate for this caller.
  public Issued issue(Caller caller) {
    KeyPair pair = freshKeyPair();
    return new Issued(pair.getPrivate(), certify(caller, pair.getPublic()));
  }

  /// A certificate for this caller's key: a client certificate, and for the server roles a server
  /// certificate too. It ends with the authority's own at the latest.
  public X509Certificate certify(Caller caller, PublicKey key) {
    X500Principal subject =
        new X500Principal("CN=" + caller.name() + ", OU=" + caller.role().label());
    X509v3CertificateBuilder builder =
        builder(certificate.getSubjectX500Principal(), subject, key, within(validity));
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
    return sign(builder, this.key);
  }

  private Duration within(Duration wanted) {
    Duration left = Duration.between(clock.instant(), certificate.getNotAfter().toInstant());
    return left.compareTo(wanted) < 0 ? left : wanted;
  }

  private X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, PublicKey key, Duration lasting) {
    Instant now = clock.instant();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, RANDOM),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(lasting)),
        subject,
        key);
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

  static KeyPair freshKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }
}
