package dev.caisson.secagg.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Layout;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The challenge's two vectors and their inner products, against whole numbers of any size.
final class ChallengeTest {
  private static final BigInteger P = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);
  private static final Digest D3 = Digest.ofText("d3");
  private static final Digest TOTAL = Digest.ofText("total");

  @ParameterizedTest
  @CsvSource({"1, 8", "3, 20", "512, 32", "513, 33", "16384, 31", "40000, 60"})
  void aTagIsTheInnerProductWithTheStreamsWords(int length, int bits) throws Exception {
    Layout layout = new Layout(length, bits);
    long[] values = values(length, bits);
    try (Challenge challenge = new Challenge(D3, TOTAL)) {
      for (int chunk = 0; chunk < layout.chunks(); chunk++) {
        challenge.add(layout.firstLane(chunk), lanes(layout, chunk, values));
      }
      assertThat(challenge.tag()).isEqualTo(byHand(values));
    }
  }

  @Test
  void chunksCanComeInAnyOrderAndTagsAddUp() {
    Layout layout = new Layout(40_000, 60);
    long[] values = values(40_000, 60);
    Tag sum = Tag.ZERO;
    try (Challenge whole = new Challenge(D3, TOTAL)) {
      for (int chunk = layout.chunks() - 1; chunk >= 0; chunk--) {
        whole.add(layout.firstLane(chunk), lanes(layout, chunk, values));
        try (Challenge part = new Challenge(D3, TOTAL)) {
          part.add(layout.firstLane(chunk), lanes(layout, chunk, values));
          sum = sum.plus(part.tag());
        }
      }
      assertThat(whole.tag()).isEqualTo(sum);
    }
  }

  /// All ones in 60 bits where the field's numbers are largest.
  @Test
  void theLargestEntriesDoNotOverflow() throws Exception {
    Layout layout = new Layout(16_384, 60);
    long[] values = new long[16_384];
    Arrays.fill(values, (1L << 60) - 1);
    try (Challenge challenge = new Challenge(D3, TOTAL)) {
      challenge.add(0, lanes(layout, 0, values));
      assertThat(challenge.tag()).isEqualTo(byHand(values));
    }
  }

  @Test
  void anotherTranscriptOrTotalGivesAnotherTag() {
    Layout layout = new Layout(5, 20);
    Lanes lanes = lanes(layout, 0, values(5, 20));
    assertThat(
            List.of(
                tag(D3, TOTAL, lanes),
                tag(TOTAL, D3, lanes),
                tag(D3, Digest.ofText("other"), lanes),
                tag(Digest.ofText("other"), TOTAL, lanes)))
        .doesNotHaveDuplicates();
  }

  private static Tag tag(Digest d3, Digest total, Lanes lanes) {
    try (Challenge challenge = new Challenge(d3, total)) {
      challenge.add(0, lanes);
      return challenge.tag();
    }
  }

  private static long[] values(int length, int bits) {
    SplittableRandom random = new SplittableRandom(length + bits);
    return random.longs(length, 0, 1L << bits).toArray();
  }

  private static Lanes lanes(Layout layout, int chunk, long[] values) {
    Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
    for (int i = 0; i < lanes.count(); i++) {
      lanes.set(i, values[layout.firstLane(chunk) + i]);
    }
    return lanes;
  }

  private static Tag byHand(long[] values) throws Exception {
    byte[] rho =
        new FieldWriter(Suite.DOMAIN + "check/challenge")
            .digest(D3)
            .digest(TOTAL)
            .toDigest()
            .bytes();
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(rho, "AES"), new IvParameterSpec(new byte[16]));
    ByteBuffer stream =
        ByteBuffer.wrap(cipher.doFinal(new byte[16 * values.length]))
            .order(ByteOrder.LITTLE_ENDIAN);
    BigInteger first = BigInteger.ZERO;
    BigInteger second = BigInteger.ZERO;
    for (long value : values) {
      BigInteger y = BigInteger.valueOf(value);
      first = first.add(y.multiply(word(stream)));
      second = second.add(y.multiply(word(stream)));
    }
    return new Tag(first.mod(P).longValueExact(), second.mod(P).longValueExact());
  }

  private static BigInteger word(ByteBuffer stream) {
    return new BigInteger(Long.toUnsignedString(stream.getLong()));
  }
}
