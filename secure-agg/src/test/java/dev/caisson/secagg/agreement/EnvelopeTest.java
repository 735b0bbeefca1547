package dev.caisson.secagg.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
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

  private static Bytes bend(Bytes bytes) {
    byte[] bent = bytes.toArray();
    bent[bent.length / 2] ^= 1;
    return Bytes.of(bent);
  }

  private static HybridKeys keys(long seed) {
    return HybridKeys.fromSeed(Secret.random(HybridKeys.SEED_BYTES, new SeededRandom(seed)));
  }
}
