package dev.caisson.protocol.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/// Somebody's request for a certificate, read and found to be signed by the key that it asks for.
/// Nothing else of it counts: its subject and attributes are ignored.
///
/// @param key on P-256, uncompressed
public record SignedRequest(ECPublicKey key) {
  /// The longest request that is looked at; one of [CertificateRequest] has about 230 bytes.
  public static final int MAX_BYTES = 2048;

  private static final BigInteger P256 =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);

  /// Reads a PKCS#10 request from a stranger. Anything but a P-256 key with its own signature
  /// (ECDSA, SHA-256) is refused in words.
  public static SignedRequest read(byte[] der) throws InvalidKeyException {
    if (der.length > MAX_BYTES) {
      throw new InvalidKeyException(
          "a certificate request has at most %d bytes, got %d".formatted(MAX_BYTES, der.length));
    }
    try {
      PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
      SubjectPublicKeyInfo info = request.getSubjectPublicKeyInfo();
      if (!info.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
          || !SECObjectIdentifiers.secp256r1.equals(info.getAlgorithm().getParameters())) {
        throw new InvalidKeyException("only P-256 keys get a certificate");
      }
      if (!request
          .getSignatureAlgorithm()
          .getAlgorithm()
          .equals(X9ObjectIdentifiers.ecdsa_with_SHA256)) {
        throw new InvalidKeyException("a certificate request is signed by ECDSA with SHA-256");
      }
      ECPublicKey key =
          (ECPublicKey)
              KeyFactory.getInstance("EC")
                  .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
      refuseOffCurve(key);
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new InvalidKeyException("the certificate request is not signed by its own key");
      }
      return new SignedRequest(key);
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | IllegalArgumentException
        | IllegalStateException
        | ClassCastException e) { // BouncyCastle's readers of a stranger's ASN.1 throw all of these
      if (e instanceof InvalidKeyException ours) {
        throw ours;
      }
      throw new InvalidKeyException("this is not a certificate request (PKCS#10)", e);
    }
  }

  /// y^2 = x^3 - 3x + b (FIPS 186-5, P-256); the JDK's reader does not check it.
  private static void refuseOffCurve(ECPublicKey key) throws InvalidKeyException {
    BigInteger x = key.getW().getAffineX();
    BigInteger y = key.getW().getAffineY();
    BigInteger b = key.getParams().getCurve().getB();
    boolean inRange = x.signum() >= 0 && y.signum() >= 0 && x.max(y).compareTo(P256) < 0;
    BigInteger right = x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(b).mod(P256);
    if (!inRange || !y.multiply(y).mod(P256).equals(right)) {
      throw new InvalidKeyException("the key in the certificate request is not on its curve");
    }
  }
}
