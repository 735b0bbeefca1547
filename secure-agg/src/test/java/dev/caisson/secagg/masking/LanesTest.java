package dev.caisson.secagg.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.MalformedException;
import java.math.BigInteger;
import java.util.List;
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
    Lanes wide = Lanes.of(new Layout(3, 35), 3); // 105 bits in 14 bytes
    byte[] spare = new byte[14];
    spare[13] = 2;
    assertThatThrownBy(() -> wide.unpack(spare)).hasMessageContaining("spare");
  }

  @Test
  void lanesAddSubtractAndClearModuloTheRing() {
    for (int bits : new int[] {5, 32, 33, 60}) {
      Layout layout = new Layout(2, bits);
      long most = -1L >>> (Long.SIZE - bits);
      Lanes lanes = Lanes.of(layout, 2);
      lanes.set(0, most);
      lanes.set(1, 3);
      Lanes twos = Lanes.of(layout, 2);
      twos.set(0, 2);
      twos.set(1, 2);
      lanes.addAll(twos, true);
      assertThat(lanes.get(0)).as("%d bits", bits).isEqualTo(1);
      assertThat(lanes.get(1)).isEqualTo(5);
      lanes.addAll(twos, false);
      lanes.addAll(twos, false);
      assertThat(lanes.get(0)).as("%d bits", bits).isEqualTo(most - 2);
      assertThat(lanes.get(1)).isEqualTo(1);
      lanes.clear();
      assertThat(lanes.pack()).containsOnly(0);
    }
  }

  /// Across every pair of ring widths, against whole numbers.
  @Test
  void residuesAddAsWholeNumbersAcrossRings() {
    for (int from : new int[] {5, 31, 32, 33, 60}) {
      for (int to : new int[] {5, 31, 32, 33, 60}) {
        Lanes added = random(new Layout(37, from), from);
        Lanes lanes = random(new Layout(37, to), to);
        Lanes before = Lanes.of(new Layout(37, to), 37);
        before.addAll(lanes, true);
        lanes.addResidues(added);
        long largest = 0;
        for (int i = 0; i < 37; i++) {
          BigInteger sum = BigInteger.valueOf(before.get(i)).add(BigInteger.valueOf(added.get(i)));
          long expected = sum.mod(BigInteger.ONE.shiftLeft(to)).longValueExact();
          assertThat(lanes.get(i)).as("lane %d, %d bits into %d", i, from, to).isEqualTo(expected);
          largest = Math.max(largest, expected);
        }
        assertThat(lanes.largest()).isEqualTo(largest);
      }
    }
  }

  @Test
  void refusesToAddResiduesOfAnotherLength() {
    Lanes lanes = Lanes.of(new Layout(3, 30), 3);
    assertThatThrownBy(() -> lanes.addResidues(Lanes.of(new Layout(2, 30), 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 lanes");
  }

  @Test
  void refusesToAddLanesOfAnotherLayout() {
    Lanes lanes = Lanes.of(new Layout(3, 30), 3);
    for (Lanes other : List.of(Lanes.of(new Layout(3, 31), 3), Lanes.of(new Layout(3, 30), 2))) {
      assertThatThrownBy(() -> lanes.addAll(other, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("lanes of another layout");
    }
  }

  @Test
  void lanesAreAsWideAsTheirRingNeeds() {
    assertThat(Lanes.of(new Layout(9, 32), 9).laneBytes()).isEqualTo(4);
    assertThat(Lanes.of(new Layout(9, 33), 9).laneBytes()).isEqualTo(8);
    assertThat(Lanes.of(new Layout(9, 33), 7).count()).isEqualTo(7);
  }

  @Test
  void theMasksOfAPairCancelInAnyOrderOfChunks() {
    Secret seed = Secret.random(32, new SeededRandom(5));
    Digest d1 = Digest.ofText("d1");
    for (int bits : new int[] {17, 32, 33, 59}) {
      Layout layout = new Layout(2 * Layout.CHUNK_LANES + 777, bits);
      Mask plus = Mask.ofPair(seed, d1, true);
      Mask minus = Mask.ofPair(seed, d1, false);
      int[] forward = {0, 1, 2};
      int[] backward = {2, 0, 1};
      Lanes[] chunks = new Lanes[3];
      Lanes[] plain = new Lanes[3];
      for (int chunk : forward) {
        chunks[chunk] = random(layout, layout.lanesIn(chunk), 100L + chunk);
        plain[chunk] = random(layout, layout.lanesIn(chunk), 100L + chunk);
        plus.apply(layout, chunk, chunks[chunk], new Scratch());
        assertThat(chunks[chunk].pack()).isNotEqualTo(plain[chunk].pack());
      }
      for (int chunk : backward) {
        minus.apply(layout, chunk, chunks[chunk], new Scratch());
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
