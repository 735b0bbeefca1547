package dev.caisson.secagg.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.secret.Kdf;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class EnvelopeTest {
  private static final Digest D1 = Digest.ofText("d1");
  private final HybridKeys dealer = keys(1);
  private final HybridKeys holder = keys(2);

  @Test
  void opensOnlyForItsHolderDealerAndTranscript() throws Exception {
    Encapsulation fresh = HybridKeys.encapsulate(holder.publicKeys(), new SeededRandom(3));
    Envelope envelope =
        Envelope.seal(dealer, holder.publicKeys(), fresh, D1, 0, 1, new byte[] {7, 8});
    PublicKeys from = dealer.publicKeys();
    assertThat(envelope.open(holder, from, D1, 0, 1)).contains(Secret.taking(new byte[] {7, 8}));
    assertThat(envelope.open(holder, from, Digest.ofText("x"), 0, 1)).isEmpty();
    assertThat(envelope.open(holder, from, D1, 1, 0)).isEmpty();
    assertThat(envelope.open(holder, from, D1, 0, 2)).isEmpty();
    assertThat(envelope.open(keys(4), from, D1, 0, 1)).isEmpty();
    assertThat(envelope.open(holder, keys(4).publicKeys(), D1, 0, 1)).isEmpty();
  }

  @Test
  void aBentByteOfEitherPartIsNoticed() throws Exception {
    Encapsulation fresh = HybridKeys.encapsulate(holder.publicKeys(), new SeededRandom(3));
    Envelope envelope =
        Envelope.seal(dealer, holder.publicKeys(), fresh, D1, 0, 1, new byte[] {7, 8});
    Envelope bentSeal = new Envelope(envelope.ciphertext(), bend(envelope.sealed()));
    Envelope bentSecret = new Envelope(bend(envelope.ciphertext()), envelope.sealed());
    assertThat(bentSeal.open(holder, dealer.publicKeys(), D1, 0, 1)).isEmpty();
    assertThat(bentSecret.open(holder, dealer.publicKeys(), D1, 0, 1)).isEmpty();
  }

  /// The definition, made with the JDK alone: whatever opens envelopes must read these bytes.
  @Test
  void anEnvelopeIsAes256GcmUnderBothSecretsBoundToItsPlace() throws Exception {
    Encapsulation fresh = HybridKeys.encapsulate(holder.publicKeys(), new SeededRandom(3));
    byte[] content = {7, 8, 9};
    Envelope envelope = Envelope.seal(dealer, holder.publicKeys(), fresh, D1, 4, 5, content);
    byte[] info =
        new FieldWriter(Suite.DOMAIN + "kdf/envelope")
            .digest(D1)
            .number(4)
            .number(5)
            .digest(Digest.of(fresh.ciphertext().toArray()))
            .toBytes();
    Secret key = Kdf.derive(holder.agree(dealer.publicKeys()), fresh.secret(), info, 32);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(key.bytes(), "AES"),
        new GCMParameterSpec(128, new byte[12]));
    cipher.updateAAD(
        new FieldWriter(Suite.DOMAIN + "envelope").digest(D1).number(4).number(5).toBytes());
    assertThat(envelope)
        .isEqualTo(new Envelope(fresh.ciphertext(), Bytes.of(cipher.doFinal(content))));
    assertThat(envelope.sealed().length()).isEqualTo(content.length + Envelope.TAG_BYTES);
  }

  @Test
  void whatIsShorterThanATagIsNotOpenedAndACiphertextOfAnotherLengthIsAFault() throws Exception {
    Encapsulation fresh = HybridKeys.encapsulate(holder.publicKeys(), new SeededRandom(3));
    for (int length : new int[] {0, 15, 16}) {
      Envelope shorter = new Envelope(fresh.ciphertext(), Bytes.of(new byte[length]));
      assertThat(shorter.open(holder, dealer.publicKeys(), D1, 0, 1)).as("%d", length).isEmpty();
    }
    Envelope cut = new Envelope(Bytes.of(new byte[1087]), Bytes.of(new byte[32]));
    assertThatThrownBy(() -> cut.open(holder, dealer.publicKeys(), D1, 0, 1))
        .isInstanceOf(InvalidPeerKeyException.class);
  }

  private static Bytes bend(Bytes bytes) {
    byte[] bent = bytes.toArray();
    bent[bent.length / 2] ^= 1;
    return Bytes.of(bent);
  }

  private static HybridKeys keys(long seed) {
    return HybridKeys.fromSeed(Secret.random(HybridKeys.SEED_BYTES, new SeededRandom(seed)));
  }
}
