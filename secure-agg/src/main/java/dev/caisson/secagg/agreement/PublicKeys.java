package dev.caisson.secagg.agreement;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/// The public half of a [HybridKeys]: the raw X25519 point (RFC 7748, 32 bytes) and the raw
/// ML-KEM-768 encapsulation key (FIPS 203, 1184 bytes). Decoding bounds lengths only; a key that is
/// no key shows when it is used, as [InvalidPeerKeyException].
public record PublicKeys(Bytes x25519, Bytes mlKem) {
  static final int X25519_BYTES = 32;
  static final int ML_KEM_BYTES = 1184;
  private static final byte[] X25519_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");
  private static final byte[] ML_KEM_PREFIX =
      HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

  public PublicKeys {
    if (x25519.length() != X25519_BYTES || mlKem.length() != ML_KEM_BYTES) {
      throw new IllegalArgumentException(
          "public keys have %d and %d bytes, got %d and %d"
              .formatted(X25519_BYTES, ML_KEM_BYTES, x25519.length(), mlKem.length()));
    }
  }

  /// Reads what [#write] wrote.
  public static PublicKeys read(FieldReader in) throws MalformedException {
    return new PublicKeys(Bytes.of(in.exactly(X25519_BYTES)), Bytes.of(in.exactly(ML_KEM_BYTES)));
  }

  /// Appends both keys to an encoding.
  public void write(FieldWriter out) {
    out.bytes(x25519.toArray()).bytes(mlKem.toArray());
  }

  /// Refuses a small-order point and a lattice key with coefficients out of range (FIPS 203 §7.2).
  public void validate() throws InvalidPeerKeyException {
    try (Secret probe = Secret.taking(new byte[Secret.BYTES])) {
      HybridKeys.encapsulate(this, probe).close();
    }
    HybridKeys.checkOrder(this);
  }

  PublicKey point() throws InvalidPeerKeyException {
    return parse("X25519", X25519_PREFIX, x25519);
  }

  PublicKey lattice() throws InvalidPeerKeyException {
    return parse("ML-KEM-768", ML_KEM_PREFIX, mlKem);
  }

  private static PublicKey parse(String algorithm, byte[] prefix, Bytes raw)
      throws InvalidPeerKeyException {
    byte[] encoded = new byte[prefix.length + raw.length()];
    System.arraycopy(prefix, 0, encoded, 0, prefix.length);
    System.arraycopy(raw.toArray(), 0, encoded, prefix.length, raw.length());
    try {
      return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new InvalidPeerKeyException("not a valid %s public key".formatted(algorithm), e);
    }
  }

  /// Strips the fixed X.509 prefix from a JDK key.
  static Bytes rawLattice(PublicKey key) {
    byte[] encoded = key.getEncoded();
    byte[] raw = new byte[ML_KEM_BYTES];
    System.arraycopy(encoded, encoded.length - ML_KEM_BYTES, raw, 0, ML_KEM_BYTES);
    return Bytes.of(raw);
  }
}
