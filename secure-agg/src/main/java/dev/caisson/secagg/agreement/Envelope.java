package dev.caisson.secagg.agreement;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.secret.Kdf;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Sealed bytes from one member to another: AES-256-GCM under a key that comes from X25519 and a
/// fresh ML-KEM ciphertext, bound to D1, dealer, holder and that ciphertext. Each key seals once,
/// so the nonce is fixed.
public record Envelope(Bytes ciphertext, Bytes sealed) {
  /// Bytes that sealing adds.
  public static final int TAG_BYTES = 16;

  private static final byte[] NONCE = new byte[12];

  /// Seals `content` for `holder`. The ciphertext must be freshly made for this envelope alone.
  public static Envelope seal(
      HybridKeys own,
      PublicKeys holderKeys,
      Encapsulation fresh,
      Digest d1,
      int dealer,
      int holder,
      byte[] content)
      throws InvalidPeerKeyException {
    try (Secret curve = own.agree(holderKeys);
        Secret key = key(curve, fresh.secret(), d1, dealer, holder, fresh.ciphertext())) {
      return new Envelope(
          fresh.ciphertext(),
          Bytes.of(crypt(Cipher.ENCRYPT_MODE, key, context(d1, dealer, holder), content)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing with a fresh AES-256-GCM key cannot fail", e);
    }
  }

  /// The content, or nothing where it was not sealed by this dealer for this holder and D1.
  public Optional<Secret> open(
      HybridKeys own, PublicKeys dealerKeys, Digest d1, int dealer, int holder)
      throws InvalidPeerKeyException {
    try (Secret curve = own.agree(dealerKeys);
        Secret lattice = own.decapsulate(ciphertext);
        Secret key = key(curve, lattice, d1, dealer, holder, ciphertext)) {
      return Optional.of(
          Secret.taking(
              crypt(Cipher.DECRYPT_MODE, key, context(d1, dealer, holder), sealed.toArray())));
    } catch (GeneralSecurityException e) {
      return Optional.empty(); // the tag does not hold
    }
  }

  private static Secret key(
      Secret curve, Secret lattice, Digest d1, int dealer, int holder, Bytes ciphertext) {
    byte[] info =
        new FieldWriter(Suite.DOMAIN + "kdf/envelope")
            .digest(d1)
            .number(dealer)
            .number(holder)
            .digest(Digest.of(ciphertext.toArray()))
            .toBytes();
    return Kdf.derive(curve, lattice, info, Secret.BYTES);
  }

  private static byte[] context(Digest d1, int dealer, int holder) {
    return new FieldWriter(Suite.DOMAIN + "envelope")
        .digest(d1)
        .number(dealer)
        .number(holder)
        .toBytes();
  }

  private static byte[] crypt(int mode, Secret key, byte[] context, byte[] content)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        key.lend(bytes -> new SecretKeySpec(bytes, "AES")),
        new GCMParameterSpec(8 * TAG_BYTES, NONCE));
    cipher.updateAAD(context);
    return cipher.doFinal(content);
  }
}
