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

  /// The definition: HKDF over the X25519 secret and the ML-KEM secret, bound to D1, the lower and
  /// the higher member, and the ciphertext. Both ends must come to it.
  @Test
  void aPairSeedIsBoundToD1BothMembersAndTheCiphertext() throws Exception {
    Bytes ciphertext = lower.ciphertextFor(5, higher.publicKeys());
    byte[] info =
        new FieldWriter(Suite.DOMAIN + "kdf/pair-seed")
            .digest(D1)
            .number(2)
            .number(5)
            .digest(Digest.of(ciphertext.toArray()))
            .toBytes();
    HybridKeys higherKeys = hybrid(5);
    Secret expected =
        Kdf.derive(
            higherKeys.agree(lower.publicKeys()), higherKeys.decapsulate(ciphertext), info, 32);
    assertThat(lower.seed(D1, 5, higher.publicKeys(), ciphertext)).isEqualTo(expected);
    assertThat(higher.seed(D1, 2, lower.publicKeys(), ciphertext)).isEqualTo(expected);
  }

  @Test
  void keysAreBoundToManifestAndMember() {
    assertThat(hybrid(2).publicKeys()).isEqualTo(lower.publicKeys());
    Secret root = Secret.random(32, new SeededRandom(2));
    assertThat(MaskKeys.derive(root, MANIFEST, 3).publicKeys()).isNotEqualTo(lower.publicKeys());
    assertThat(MaskKeys.derive(root, Digest.ofText("another"), 2).publicKeys())
        .isNotEqualTo(lower.publicKeys());
  }

  @Test
  void onlyTheLowerMemberOfAPairEncapsulates() throws Exception {
    assertThatThrownBy(() -> higher.ciphertextFor(2, lower.publicKeys()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lower member");
    assertThatThrownBy(() -> lower.ciphertextFor(2, lower.publicKeys()))
        .isInstanceOf(IllegalArgumentException.class);
    Bytes ciphertext = lower.ciphertextFor(5, higher.publicKeys());
    assertThatThrownBy(() -> higher.seed(D1, 5, higher.publicKeys(), ciphertext))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// A root wiped after its keys were derived leaves the keys in use; closing them wipes their own.
  @Test
  void keepsItsOwnRootUntilClosed() throws Exception {
    Secret root = Secret.random(32, new SeededRandom(2));
    MaskKeys keys = MaskKeys.derive(root, MANIFEST, 2);
    root.close();
    Bytes ciphertext = keys.ciphertextFor(5, higher.publicKeys());
    assertThat(ciphertext).isEqualTo(lower.ciphertextFor(5, higher.publicKeys()));
    keys.close();
    assertThatThrownBy(() -> keys.ciphertextFor(5, higher.publicKeys()))
        .hasMessageContaining("wiped");
    assertThatThrownBy(() -> keys.seed(D1, 1, higher.publicKeys(), ciphertext))
        .hasMessageContaining("wiped");
    assertThat(keys).hasToString("MaskKeys[redacted]");
  }

  /// The keys inside a member's mask keys, derived here once more.
  private static HybridKeys hybrid(int member) {
    byte[] info =
        new FieldWriter(Suite.DOMAIN + "kdf/mask-keys").digest(MANIFEST).number(member).toBytes();
    Secret root = Secret.random(32, new SeededRandom(member));
    return HybridKeys.fromSeed(Kdf.derive(root, info, HybridKeys.SEED_BYTES));
  }

  private static MaskKeys keys(int member) {
    return MaskKeys.derive(Secret.random(32, new SeededRandom(member)), MANIFEST, member);
  }
}
