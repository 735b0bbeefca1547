package dev.caisson.secagg.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PublicKeysTest {
  private final PublicKeys honest =
      HybridKeys.fromSeed(Secret.random(HybridKeys.SEED_BYTES, new SeededRandom(1))).publicKeys();

  @Test
  void honestKeysAreValidAndReadBack() throws Exception {
    assertThatCode(honest::validate).doesNotThrowAnyException();
    FieldWriter out = new FieldWriter("test");
    honest.write(out);
    FieldReader in = new FieldReader("test", out.toBytes());
    assertThat(PublicKeys.read(in)).isEqualTo(honest);
    in.end();
  }

  @Test
  void lengthsAreThoseOfRfc7748AndFips203() {
    for (int[] lengths : new int[][] {{31, 1184}, {33, 1184}, {32, 1183}, {32, 1185}, {0, 0}}) {
      Bytes x25519 = Bytes.of(new byte[lengths[0]]);
      Bytes mlKem = Bytes.of(new byte[lengths[1]]);
      assertThatThrownBy(() -> new PublicKeys(x25519, mlKem))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("public keys have 32 and 1184 bytes, got %d and %d", lengths[0], lengths[1]);
      byte[] encoded =
          new FieldWriter("test").bytes(x25519.toArray()).bytes(mlKem.toArray()).toBytes();
      assertThatThrownBy(() -> PublicKeys.read(new FieldReader("test", encoded)))
          .isInstanceOf(MalformedException.class);
    }
  }

  /// 3329 in any coefficient is one too many (FIPS 203 §7.2); 3328 is the largest. Two coefficients
  /// of 12 bits lie in three bytes, little-endian.
  @Test
  void theFirstCoefficientOutOfRangeIsRefusedWhereverItIs() throws Exception {
    for (int at : new int[] {0, 384, 1149}) {
      coefficient(at, 3328).validate();
      PublicKeys bad = coefficient(at, 3329);
      assertThatThrownBy(bad::validate)
          .as("byte %d", at)
          .isInstanceOf(InvalidPeerKeyException.class)
          .hasMessageContaining("ML-KEM-768");
      assertThatThrownBy(() -> HybridKeys.encapsulate(bad, new SeededRandom(1)))
          .isInstanceOf(InvalidPeerKeyException.class);
    }
  }

  private PublicKeys coefficient(int at, int value) {
    byte[] key = honest.mlKem().toArray();
    key[at] = (byte) value;
    key[at + 1] = (byte) ((key[at + 1] & 0xf0) | (value >> 8));
    assertThat(Arrays.equals(key, honest.mlKem().toArray())).isFalse();
    return new PublicKeys(honest.x25519(), Bytes.of(key));
  }
}
