package dev.caisson.secagg.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

final class LanesTest {
  @Test
  void packingIsTheLowBitsOfEachLaneOneBehindTheOther() throws Exception {
    for (int bits = 1; bits <= 60; bits++) {
      Layout layout = new Layout(37, bits);
      Lanes lanes = random(layout, bits);
      BigInteger oracle = BigInteger.ZERO;
      for (int i = 36; i >= 0; i--) {
        oracle = oracle.shiftLeft(bits).or(BigInteger.valueOf(lanes.get(i)));
      }
      byte[] packed = lanes.pack();
      byte[] bigEndian = packed.clone();
      for (int i = 0; i < packed.length; i++) {
        bigEndian[i] = packed[packed.length - 1 - i];
      }
      assertThat(new BigInteger(1, bigEndian)).as("%d bits", bits).isEqualTo(oracle);
      assertThat(packed).hasSize(layout.packedBytes(0));
      Lanes back = Lanes.of(layout, 37);
      back.unpack(packed);
      for (int i = 0; i < 37; i++) {
        assertThat(back.get(i)).isEqualTo(lanes.get(i));
      }
    }
  }

  @Test
  void refusesSpareBitsAndWrongLengths() {
    Lanes lanes = Lanes.of(new Layout(3, 3), 3); // 9 bits in 2 bytes
    assertThatThrownBy(() -> lanes.unpack(new byte[] {0, 2}))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("spare");
    assertThatThrownBy(() -> lanes.unpack(new byte[3])).hasMessageContaining("2 packed bytes");
  }

  @Test
  void theMasksOfAPairCancelInAnyOrderOfChunks() {
    Secret seed = Secret.random(32, new SeededRandom(5));
    Digest d1 = Digest.ofText("d1");
    for (int bits : new int[] {17, 32, 33, 59}) {
      Layout layout = new Layout(2 * Layout.CHUNK_LANES + 777, bits);
      Mask plus = Mask.ofPair(seed, d1, true, Mask.scratch());
      Mask minus = Mask.ofPair(seed, d1, false, Mask.scratch());
      int[] forward = {0, 1, 2};
      int[] backward = {2, 0, 1};
      Lanes[] chunks = new Lanes[3];
      Lanes[] plain = new Lanes[3];
      for (int chunk : forward) {
        chunks[chunk] = random(layout, layout.lanesIn(chunk), 100L + chunk);
        plain[chunk] = random(layout, layout.lanesIn(chunk), 100L + chunk);
        plus.apply(layout, chunk, chunks[chunk]);
        assertThat(chunks[chunk].pack()).isNotEqualTo(plain[chunk].pack());
      }
      for (int chunk : backward) {
        minus.apply(layout, chunk, chunks[chunk]);
        assertThat(chunks[chunk].pack()).as("%d bits", bits).isEqualTo(plain[chunk].pack());
      }
    }
  }

  private static Lanes random(Layout layout, long seed) {
    return random(layout, layout.lanes(), seed);
  }

  private static Lanes random(Layout layout, int count, long seed) {
    SeededRandom random = new SeededRandom(seed);
    Lanes lanes = Lanes.of(layout, count);
    for (int i = 0; i < count; i++) {
      lanes.set(i, random.nextLong());
    }
    return lanes;
  }
}
