package dev.caisson.trust;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/// The public half of a signing identity: an ML-DSA-65 key (FIPS 204) and an Ed25519 key (RFC
/// 8032). A statement counts as signed only if **both** signatures hold, so it stays sound while
/// either scheme does. Compared by content; known to people by its [#fingerprint].
public final class Identity {
  private static final int MAX_KEY = 4096;
  private static final String DOMAIN = "caisson/identity/v1";

  private final PublicKey mlDsa;
  private final PublicKey ed25519;
  private final byte[] encoded;

  Identity(PublicKey mlDsa, PublicKey ed25519) {
    this.mlDsa = mlDsa;
    this.ed25519 = ed25519;
    this.encoded =
        new FieldWriter(DOMAIN).bytes(mlDsa.getEncoded()).bytes(ed25519.getEncoded()).toBytes();
  }

  /// Reads a file of what [#encoded] wrote; what is wrong with it names the file.
  public static Identity read(Path file) throws IOException, MalformedException {
    byte[] content = WholeFile.read(file, 4 * MAX_KEY);
    try {
      return decode(content);
    } catch (MalformedException e) {
      throw new MalformedException("%s is no identity: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Reads what [#encoded] wrote.
  public static Identity decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    byte[] mlDsa = in.bytes(MAX_KEY);
    byte[] ed25519 = in.bytes(MAX_KEY);
    in.end();
    try {
      Identity identity =
          new Identity(
              KeyFactory.getInstance("ML-DSA-65").generatePublic(new X509EncodedKeySpec(mlDsa)),
              KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(ed25519)));
      if (!Arrays.equals(identity.encoded, encoded)) {
        throw new MalformedException("an identity key is not in its canonical form");
      }
      return identity;
    } catch (GeneralSecurityException e) {
      throw new MalformedException("not an ML-DSA-65 and an Ed25519 public key", e);
    }
  }

  /// Whether both signatures in `signature` (from [IdentityKey#sign]) hold over `message`.
  public boolean verifies(byte[] message, byte[] signature) {
    try {
      FieldReader in = new FieldReader(IdentityKey.SIGNATURE_DOMAIN, signature);
      byte[] mlDsaSignature = in.bytes(MAX_KEY);
      byte[] ed25519Signature = in.bytes(64);
      in.end();
      return verifiesMlDsa(message, mlDsaSignature)
          && verifies("Ed25519", ed25519, message, ed25519Signature);
    } catch (MalformedException e) {
      return false; // not a signature at all
    }
  }

  /// The ML-DSA-65 half alone, for protocols that fix the scheme themselves.
  public boolean verifiesMlDsa(byte[] message, byte[] signature) {
    return verifies("ML-DSA-65", mlDsa, message, signature);
  }

  /// The Ed25519 half alone.
  public boolean verifiesEd25519(byte[] message, byte[] signature) {
    return verifies("Ed25519", ed25519, message, signature);
  }

  private static boolean verifies(String scheme, PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(scheme);
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // a signature of the wrong length or form does not hold
    }
  }

  public byte[] encoded() {
    return encoded.clone();
  }

  /// What people compare out of band: the digest of both keys.
  public Digest fingerprint() {
    return Digest.of(encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Identity i && Arrays.equals(encoded, i.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return "Identity[" + fingerprint().shortHex() + "]";
  }
}
