package dev.caisson.secagg.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class HybridKeysTest {
  private static final HexFormat HEX = HexFormat.of();

  /// RFC 7748 §6.1: public keys and the shared secret.
  @Test
  void x25519AgreesAsRfc7748Says() throws Exception {
    HybridKeys alice =
        withScalar("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    HybridKeys bob = withScalar("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    assertThat(HEX.formatHex(alice.publicKeys().x25519().toArray()))
        .isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assertThat(HEX.formatHex(bob.publicKeys().x25519().toArray()))
        .isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    assertThat(HEX.formatHex(alice.agree(bob.publicKeys()).bytes())).isEqualTo(shared);
    assertThat(HEX.formatHex(bob.agree(alice.publicKeys()).bytes())).isEqualTo(shared);
  }

  /// Recovery rests on this: JDK generators give the same keys and ciphertexts from the same bytes.
  @Test
  void theSameSeedAndCoinsGiveTheSameKeysAndCiphertext() throws Exception {
    HybridKeys once = random(1);
    HybridKeys again = random(1);
    assertThat(again.publicKeys()).isEqualTo(once.publicKeys());
    assertThat(random(2).publicKeys()).isNotEqualTo(once.publicKeys());
    Encapsulation first = HybridKeys.encapsulate(once.publicKeys(), coins(3));
    Encapsulation second = HybridKeys.encapsulate(again.publicKeys(), coins(3));
    assertThat(second.ciphertext()).isEqualTo(first.ciphertext());
    assertThat(again.decapsulate(first.ciphertext())).isEqualTo(first.secret());
    assertThat(HybridKeys.encapsulate(once.publicKeys(), coins(4)).ciphertext())
        .isNotEqualTo(first.ciphertext());
  }

  @Test
  void aBentCiphertextGivesAnotherSecret() throws Exception {
    HybridKeys keys = random(1);
    Encapsulation made = HybridKeys.encapsulate(keys.publicKeys(), coins(3));
    byte[] bent = made.ciphertext().toArray();
    bent[500] ^= 1;
    assertThat(keys.decapsulate(Bytes.of(bent))).isNotEqualTo(made.secret());
  }

  @Test
  void refusesPointsOfSmallOrder() {
    for (int first : new int[] {0, 1}) {
      byte[] point = new byte[32];
      point[0] = (byte) first;
      PublicKeys bad = new PublicKeys(Bytes.of(point), random(1).publicKeys().mlKem());
      assertThatThrownBy(() -> random(2).agree(bad))
          .isInstanceOf(InvalidPeerKeyException.class)
          .hasMessageContaining("X25519");
      assertThatThrownBy(bad::validate).isInstanceOf(InvalidPeerKeyException.class);
    }
  }

  /// A short seed would otherwise be filled up with zeros, a long one cut, and neither would show.
  @Test
  void refusesASeedOfAnotherLength() {
    for (int length : new int[] {0, 32, 64, 95, 97, 128}) {
      assertThatThrownBy(() -> HybridKeys.fromSeed(Secret.taking(new byte[length])))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a seed has 96 bytes, got %d", length);
    }
  }

  @Test
  void refusesACiphertextOfAnotherLength() {
    HybridKeys keys = random(1);
    for (int length : new int[] {0, 1087, 1089}) {
      assertThatThrownBy(() -> keys.decapsulate(Bytes.of(new byte[length])))
          .as("%d bytes", length)
          .isInstanceOf(InvalidPeerKeyException.class)
          .hasMessageContaining("not an ML-KEM-768 ciphertext");
    }
  }

  @Test
  void closedKeysAgreeOnNothingAndNothingSecretIsPrinted() throws Exception {
    HybridKeys keys = random(1);
    Encapsulation made = HybridKeys.encapsulate(keys.publicKeys(), coins(3));
    assertThat(keys).hasToString("HybridKeys[redacted]");
    assertThat(made).hasToString("Encapsulation[redacted]");
    keys.close();
    made.close();
    assertThatThrownBy(() -> keys.agree(random(2).publicKeys())).hasMessageContaining("wiped");
    assertThat(made.secret().isClosed()).isTrue();
  }

  @Test
  void theSeedStaysTheCallers() {
    Secret seed = Secret.random(HybridKeys.SEED_BYTES, new SeededRandom(1));
    HybridKeys.fromSeed(seed).close();
    assertThat(seed).isEqualTo(Secret.random(HybridKeys.SEED_BYTES, new SeededRandom(1)));
  }

  /// 0xfff > q = 3329 in every coefficient (FIPS 203 §7.2).
  @Test
  void refusesALatticeKeyOutOfRange() {
    byte[] key = new byte[PublicKeys.ML_KEM_BYTES];
    Arrays.fill(key, (byte) 0xff);
    PublicKeys bad = new PublicKeys(random(1).publicKeys().x25519(), Bytes.of(key));
    assertThatThrownBy(bad::validate)
        .isInstanceOf(InvalidPeerKeyException.class)
        .hasMessageContaining("ML-KEM-768");
  }

  private static HybridKeys withScalar(String scalar) {
    byte[] seed = Arrays.copyOf(HEX.parseHex(scalar), HybridKeys.SEED_BYTES);
    return HybridKeys.fromSeed(Secret.taking(seed));
  }

  private static HybridKeys random(long seed) {
    return HybridKeys.fromSeed(Secret.random(HybridKeys.SEED_BYTES, new SeededRandom(seed)));
  }

  private static Secret coins(long seed) {
    return Secret.random(32, new SeededRandom(seed));
  }
}
