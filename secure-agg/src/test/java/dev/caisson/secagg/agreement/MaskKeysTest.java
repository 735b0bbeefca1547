package dev.caisson.secagg.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import org.junit.jupiter.api.Test;

final class MaskKeysTest {
  private static final Digest MANIFEST = Digest.ofText("manifest");
  private static final Digest D1 = Digest.ofText("d1");

  private final MaskKeys lower = keys(2);
  private final MaskKeys higher = keys(5);

  @Test
  void aPairHasOneSeed() throws Exception {
    Bytes ciphertext = lower.ciphertextFor(5, higher.publicKeys());
    Secret seed = lower.seed(D1, 5, higher.publicKeys(), ciphertext);
    assertThat(higher.seed(D1, 2, lower.publicKeys(), ciphertext)).isEqualTo(seed);
    assertThat(higher.seed(Digest.ofText("another"), 2, lower.publicKeys(), ciphertext))
        .isNotEqualTo(seed);
    byte[] bent = ciphertext.toArray();
    bent[0] ^= 1;
    assertThat(higher.seed(D1, 2, lower.publicKeys(), Bytes.of(bent))).isNotEqualTo(seed);
  }

  @Test
  void keysAndCiphertextsComeBackFromTheRoot() throws Exception {
    assertThat(keys(2).publicKeys()).isEqualTo(lower.publicKeys());
    assertThat(keys(2).ciphertextFor(5, higher.publicKeys()))
        .isEqualTo(lower.ciphertextFor(5, higher.publicKeys()));
    assertThat(lower.ciphertextFor(6, higher.publicKeys()))
        .isNotEqualTo(lower.ciphertextFor(5, higher.publicKeys()));
  }

  private static MaskKeys keys(int member) {
    return MaskKeys.derive(Secret.random(32, new SeededRandom(member)), MANIFEST, member);
  }
}
