package dev.caisson.secagg.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.secret.Kdf;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MaskTest {
  private static final Digest D1 = Digest.ofText("d1");
  private static final BigInteger TWO = BigInteger.TWO;

  /// Three sites, every ring from 1 to 60 bits, two chunks: what is left of the packed uploads when
  /// the pair masks have cancelled and the self masks are taken off is the sum of the values in big
  /// integers, modulo 2^b and lifted.
  @Test
  void whatMasksLeaveIsTheSumOfBigIntegersInEveryRing() throws Exception {
    Scratch scratch = new Scratch();
    for (int bits = 1; bits <= 60; bits++) {
      Layout layout = new Layout(Layout.CHUNK_LANES + 77, bits);
      SplittableRandom random = new SplittableRandom(bits);
      BigInteger modulus = TWO.pow(bits);
      BigInteger half = TWO.pow(bits - 1);
      for (int chunk : new int[] {1, 0}) {
        int count = layout.lanesIn(chunk);
        long[][] values = new long[3][];
        Lanes sum = Lanes.of(layout, count);
        for (int site = 0; site < 3; site++) {
          values[site] = random.longs(count).toArray();
          Lanes lanes = Lanes.of(layout, count);
          for (int i = 0; i < count; i++) {
            lanes.set(i, values[site][i]);
          }
          Mask.ofSelf(seed(site), D1, true).apply(layout, chunk, lanes, scratch);
          for (int peer = 0; peer < 3; peer++) {
            if (peer != site) {
              Secret pair = seed(10 + site + peer);
              Mask.ofPair(pair, D1, site < peer).apply(layout, chunk, lanes, scratch);
            }
          }
          Lanes sent = Lanes.of(layout, count);
          sent.unpack(lanes.pack());
          sum.addAll(sent, true);
        }
        for (int site = 0; site < 3; site++) {
          Mask.ofSelf(seed(site), D1, false).apply(layout, chunk, sum, scratch);
        }
        for (int i = 0; i < count; i++) {
          BigInteger expected = BigInteger.ZERO;
          for (long[] value : values) {
            expected = expected.add(BigInteger.valueOf(value[i]));
          }
          expected = expected.add(half).mod(modulus).subtract(half);
          if (layout.lift(sum.get(i)) != expected.longValueExact()) {
            throw new AssertionError("lane %d of chunk %d, %d bits".formatted(i, chunk, bits));
          }
        }
      }
    }
  }

  /// The definition, byte by byte: lane i of the vector takes the i-th little-endian number of the
  /// key stream under HKDF(seed, use, D1), in whichever chunk it lies.
  @Test
  void laneITakesTheIthNumberOfTheSeedsStream() {
    for (int bits : new int[] {32, 60}) {
      Layout layout = new Layout(2 * Layout.CHUNK_LANES + 5000, bits);
      byte[] info = new FieldWriter(Suite.DOMAIN + "kdf/pair-mask").digest(D1).toBytes();
      int laneBytes = layout.wide() ? Long.BYTES : Integer.BYTES;
      byte[] stream = new byte[layout.lanes() * laneBytes];
      new KeyStream(Kdf.derive(seed(7), info, Secret.BYTES)).fill(0, stream, stream.length);
      ByteBuffer numbers = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
      long[] expected = new long[layout.lanes()];
      for (int i = 0; i < expected.length; i++) {
        long number = layout.wide() ? numbers.getLong() : numbers.getInt();
        expected[i] = number & -1L >>> (Long.SIZE - bits);
      }
      assertThat(mask(Mask.ofPair(seed(7), D1, true), layout)).isEqualTo(expected);
      long[] negated = Arrays.stream(expected).map(x -> -x & -1L >>> (Long.SIZE - bits)).toArray();
      assertThat(mask(Mask.ofPair(seed(7), D1, false), layout)).isEqualTo(negated);
    }
  }

  @Test
  void aMaskIsBoundToItsUseAndToD1() {
    Layout layout = new Layout(50, 40);
    long[] pair = mask(Mask.ofPair(seed(7), D1, true), layout);
    assertThat(mask(Mask.ofSelf(seed(7), D1, true), layout)).isNotEqualTo(pair);
    Digest another = Digest.ofText("another");
    assertThat(mask(Mask.ofPair(seed(7), another, true), layout)).isNotEqualTo(pair);
  }

  @Test
  void aClosedMaskMasksNothingMoreAndIsNeverPrinted() {
    Layout layout = new Layout(50, 40);
    Mask mask = Mask.ofPair(seed(7), D1, true);
    mask(mask, layout);
    mask.close();
    assertThatThrownBy(() -> mask(mask, layout)).hasMessageContaining("wiped");
    assertThat(mask).hasToString("Mask[redacted]");
  }

  private static long[] mask(Mask mask, Layout layout) {
    long[] values = new long[layout.lanes()];
    for (int chunk = 0; chunk < layout.chunks(); chunk++) {
      Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
      mask.apply(layout, chunk, lanes, new Scratch());
      for (int i = 0; i < lanes.count(); i++) {
        values[layout.firstLane(chunk) + i] = lanes.get(i);
      }
    }
    return values;
  }

  private static Secret seed(long number) {
    return Secret.random(Secret.BYTES, new SeededRandom(number));
  }
}
