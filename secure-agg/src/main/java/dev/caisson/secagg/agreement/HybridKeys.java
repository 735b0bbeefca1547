package dev.caisson.secagg.agreement;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.secret.Secret;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;

/// An X25519 and an ML-KEM-768 key pair. Whoever combines [#agree] and an encapsulation in one key
/// derivation has a secret that holds while either scheme does.
public final class HybridKeys implements AutoCloseable {
  /// Bytes that [#fromSeed] wants: an X25519 scalar, then ML-KEM's d and z (FIPS 203 §7.1).
  public static final int SEED_BYTES = 32 + 64;

  private final Secret scalar;
  private final PrivateKey lattice;
  private final PublicKeys publicKeys;

  HybridKeys(Secret scalar, PrivateKey lattice, PublicKeys publicKeys) {
    this.scalar = scalar;
    this.lattice = lattice;
    this.publicKeys = publicKeys;
  }

  /// The same seed always gives the same keys. The seed stays the caller's to wipe.
  public static HybridKeys fromSeed(Secret seed) {
    if (seed.length() != SEED_BYTES) {
      throw new IllegalArgumentException(
          "a seed has %d bytes, got %d".formatted(SEED_BYTES, seed.length()));
    }
    byte[] bytes = seed.bytes();
    Secret scalar = Secret.taking(Arrays.copyOfRange(bytes, 0, 32));
    try (Secret latticeSeed = Secret.taking(Arrays.copyOfRange(bytes, 32, SEED_BYTES))) {
      DerivedRandom random = new DerivedRandom(latticeSeed);
      KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-KEM-768");
      generator.initialize(NamedParameterSpec.ML_KEM_768, random);
      KeyPair pair = generator.generateKeyPair();
      random.finish();
      PublicKeys publicKeys =
          new PublicKeys(
              Bytes.of(multiply(scalar, basePoint())), PublicKeys.rawLattice(pair.getPublic()));
      return new HybridKeys(scalar, pair.getPrivate(), publicKeys);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("JDK 25 has X25519 and ML-KEM-768", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  public PublicKeys publicKeys() {
    return publicKeys;
  }

  /// X25519 with the peer's point; the JDK refuses points of small order (an all-zero result).
  public Secret agree(PublicKeys peer) throws InvalidPeerKeyException {
    try {
      return Secret.taking(multiply(scalar, peer.point()));
    } catch (GeneralSecurityException e) {
      throw new InvalidPeerKeyException("an X25519 public key of small order", e);
    }
  }

  /// The secret in a ciphertext made for these keys. A bent ciphertext gives an unrelated secret
  /// (implicit rejection), not an error.
  public Secret decapsulate(Bytes ciphertext) throws InvalidPeerKeyException {
    try {
      return Secret.taking(
          KEM.getInstance("ML-KEM")
              .newDecapsulator(lattice)
              .decapsulate(ciphertext.toArray())
              .getEncoded());
    } catch (GeneralSecurityException e) {
      throw new InvalidPeerKeyException("not an ML-KEM-768 ciphertext", e);
    }
  }

  /// A fresh secret for the owner of `peer`.
  public static Encapsulation encapsulate(PublicKeys peer, SecureRandom random)
      throws InvalidPeerKeyException {
    try {
      KEM.Encapsulated made =
          KEM.getInstance("ML-KEM").newEncapsulator(peer.lattice(), null, random).encapsulate();
      return new Encapsulation(
          Bytes.of(made.encapsulation()), Secret.taking(made.key().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new InvalidPeerKeyException("an ML-KEM-768 public key out of range", e);
    }
  }

  /// As above, but the same 32 coins always give the same ciphertext.
  public static Encapsulation encapsulate(PublicKeys peer, Secret coins)
      throws InvalidPeerKeyException {
    DerivedRandom random = new DerivedRandom(coins);
    Encapsulation made = encapsulate(peer, random);
    random.finish();
    return made;
  }

  static byte[] multiply(Secret scalar, PublicKey point) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("X25519");
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(
        scalar.lend(
            bytes ->
                factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, bytes))));
    agreement.doPhase(point, true);
    return agreement.generateSecret();
  }

  static void checkOrder(PublicKeys keys) throws InvalidPeerKeyException {
    try (Secret one = Secret.taking(new byte[Secret.BYTES])) {
      multiply(one, keys.point()); // any scalar: clamping makes it a multiple of the cofactor
    } catch (InvalidKeyException e) {
      throw new InvalidPeerKeyException("an X25519 public key of small order", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("JDK 25 has X25519", e);
    }
  }

  private static PublicKey basePoint() throws GeneralSecurityException {
    return KeyFactory.getInstance("X25519")
        .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BigInteger.valueOf(9)));
  }

  @Override
  public void close() {
    scalar.close();
  }

  @Override
  public String toString() {
    return "HybridKeys[redacted]";
  }
}
