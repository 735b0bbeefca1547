package dev.caisson.secagg.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShareTest {
  private static final PrimeField FIELD = PrimeField.MERSENNE_61;
  private static final long P = (1L << 61) - 1;

  @Test
  void limbsAreWrittenBigEndianAndReadBack() throws Exception {
    Share share = Share.of(0x0102030405060708L, P - 1, 0);
    assertThat(share.encoded())
        .isEqualTo(
            HexFormat.of().parseHex("0102030405060708" + "1ffffffffffffffe" + "00".repeat(8)));
    Share back = Share.decode(share.encoded(), 3, FIELD);
    assertThat(back.encoded()).isEqualTo(share.encoded());
    assertThat(back.size()).isEqualTo(3);
  }

  @Test
  void refusesLimbsOutsideTheFieldAndOtherLengths() {
    for (long limb : new long[] {P, P + 1, -1, Long.MIN_VALUE}) {
      byte[] encoded = Share.of(5, limb).encoded();
      assertThatThrownBy(() -> Share.decode(encoded, 2, FIELD))
          .as("limb %d", limb)
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("not in the field");
    }
    for (int length : new int[] {0, 8, 15, 17, 24}) {
      assertThatThrownBy(() -> Share.decode(new byte[length], 2, FIELD))
          .as("%d bytes", length)
          .isInstanceOf(MalformedException.class)
          .hasMessage("a share has 16 bytes");
    }
  }

  /// The one canonical encoding, hashed, so that other code can check a commitment.
  @Test
  void aCommitmentHashesTheWholeShareAndWhoseItIs() {
    Share share = Share.of(1, 2, 3, 4, 5);
    Digest commitment = share.commitment("k", 3, 7);
    assertThat(commitment)
        .isEqualTo(
            new FieldWriter(Suite.DOMAIN + "share")
                .text("k")
                .number(3)
                .number(7)
                .bytes(share.encoded())
                .toDigest());
    assertThat(
            List.of(
                share.commitment("b", 3, 7),
                share.commitment("k", 7, 3),
                share.commitment("k", 3, 8),
                Share.of(1, 2, 3, 4, 6).commitment("k", 3, 7)))
        .doesNotContain(commitment)
        .doesNotHaveDuplicates();
    assertThat(share.commitment("k", 3, 7)).isEqualTo(commitment);
  }

  @Test
  void takesCopiesAndIsWipedWhenClosed() {
    long[] limbs = {1, 2};
    Share share = Share.of(limbs);
    limbs[0] = 9;
    assertThat(share.limb(0)).isEqualTo(1);
    share.close();
    assertThat(share.encoded()).containsOnly(0);
  }

  @Test
  void aShareIsNeverPrinted() {
    assertThat(Share.of(123456789)).hasToString("Share[redacted]");
  }
}
