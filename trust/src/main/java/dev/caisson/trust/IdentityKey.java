package dev.caisson.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Set;

/// The secret half of a signing identity. Never printed; stored in a file that only its owner
/// reads. Signing is thread-safe.
public final class IdentityKey {
  static final String SIGNATURE_DOMAIN = "caisson/signature/v1";
  private static final String FILE_DOMAIN = "caisson/identity-key/v1";
  private static final int MAX_KEY = 16_384;

  private final PrivateKey mlDsa;
  private final PrivateKey ed25519;
  private final Identity identity;

  private IdentityKey(PrivateKey mlDsa, PrivateKey ed25519, Identity identity) {
    this.mlDsa = mlDsa;
    this.ed25519 = ed25519;
    this.identity = identity;
  }

  /// A fresh key pair of each scheme.
  public static IdentityKey generate() {
    try {
      KeyPair lattice = KeyPairGenerator.getInstance("ML-DSA-65").generateKeyPair();
      KeyPair curve = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new IdentityKey(
          lattice.getPrivate(),
          curve.getPrivate(),
          new Identity(lattice.getPublic(), curve.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("JDK 25 has ML-DSA-65 and Ed25519", e);
    }
  }

  /// Reads what [#store] wrote. A file that others may read is refused.
  public static IdentityKey load(Path file) throws IOException, MalformedException {
    Set<?> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(p -> !p.toString().startsWith("OWNER"))) {
      throw new IOException(
          "%s may be read by others than its owner: chmod 600 it, and replace the key if it was"
                  .formatted(file)
              + " ever copied");
    }
    FieldReader in = new FieldReader(FILE_DOMAIN, WholeFile.read(file, 4 * MAX_KEY));
    byte[] mlDsa = in.bytes(MAX_KEY);
    byte[] ed25519 = in.bytes(MAX_KEY);
    Identity identity = Identity.decode(in.bytes(MAX_KEY));
    in.end();
    try {
      return new IdentityKey(
          KeyFactory.getInstance("ML-DSA-65").generatePrivate(new PKCS8EncodedKeySpec(mlDsa)),
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(ed25519)),
          identity);
    } catch (GeneralSecurityException e) {
      throw new MalformedException("%s does not hold an identity key".formatted(file), e);
    }
  }

  /// Writes the key to a new file with mode 600, whole or not at all; an existing file is never
  /// overwritten.
  public void store(Path file) throws IOException {
    byte[] content =
        new FieldWriter(FILE_DOMAIN)
            .bytes(mlDsa.getEncoded())
            .bytes(ed25519.getEncoded())
            .bytes(identity.encoded())
            .toBytes();
    WholeFile.create(file, content);
  }

  public Identity identity() {
    return identity;
  }

  /// Both signatures over `message`, in the form [Identity#verifies] reads.
  public byte[] sign(byte[] message) {
    return new FieldWriter(SIGNATURE_DOMAIN)
        .bytes(signMlDsa(message))
        .bytes(signEd25519(message))
        .toBytes();
  }

  /// The ML-DSA-65 signature alone.
  public byte[] signMlDsa(byte[] message) {
    return sign("ML-DSA-65", mlDsa, message);
  }

  /// The Ed25519 signature alone.
  public byte[] signEd25519(byte[] message) {
    return sign("Ed25519", ed25519, message);
  }

  private static byte[] sign(String scheme, PrivateKey key, byte[] message) {
    try {
      Signature signer = Signature.getInstance(scheme);
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing with our own " + scheme + " key cannot fail", e);
    }
  }

  @Override
  public String toString() {
    return "IdentityKey[of " + identity + ", secret]";
  }
}
