package dev.caisson.airlock.payload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.Finding;
import dev.caisson.airlock.Fixtures;
import dev.caisson.airlock.scan.WeightBits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class WeightPayloadTest {
  private final Random random = new Random(5);

  @Test
  void ordinaryWeightsPass() {
    // 100 models of two tensors: at 1e-6 each, a false alarm has probability 1e-4
    for (int model = 0; model < 100; model++) {
      List<WeightBits> weights =
          List.of(
              WeightBits.ofFloats("w", gaussian(20_000, 0.05)),
              WeightBits.ofFloats("b", gaussian(500, 1)));
      assertThat(WeightPayload.check(weights).findings()).noneMatch(Finding::blocks);
    }
  }

  @Test
  void manyWeightsPass() {
    WeightPayload.Result result =
        WeightPayload.check(List.of(WeightBits.ofFloats("w", gaussian(400_000, 0.02))));
    assertThat(result.findings()).noneMatch(Finding::blocks);
    assertThat(result.tensors().getFirst().entropy()).isBetween(7.999, 8.0);
    assertThat(result.findings().getFirst().what()).contains("Not detectable: data compressed");
  }

  @Test
  void trainedFilesPass() {
    for (String name : List.of("mlp", "minmax-logistic", "linear-regression")) {
      assertThat(WeightPayload.check(Fixtures.graph(name).weights().values()).findings())
          .as(name)
          .noneMatch(Finding::blocks);
    }
  }

  @Test
  void sumsInFixedPointPass() {
    float[] weights = gaussian(50_000, 0.5);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.round(weights[i] * (1 << 20)) / (float) (1 << 20);
    }
    WeightPayload.Result result = WeightPayload.check(List.of(WeightBits.ofFloats("w", weights)));
    assertThat(result.findings()).noneMatch(Finding::blocks);
    assertThat(result.tensors().getFirst().tested()).isGreaterThan(40_000);
  }

  @Test
  void halvesDecimalsAndTiedNumbersAreNotTestedAndSaySo() {
    float[] halves = gaussian(20_000, 0.1);
    float[] decimals = gaussian(20_000, 1);
    float[] few = new float[20_000];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = Float.float16ToFloat(Float.floatToFloat16(halves[i]));
      decimals[i] = Math.round(decimals[i] * 1000) / 1000f;
      few[i] = 1 / (float) (3 + i % 700);
    }
    WeightPayload.Result result =
        WeightPayload.check(
            List.of(
                WeightBits.ofFloats("halves", halves),
                WeightBits.ofFloats("decimals", decimals),
                WeightBits.ofFloats("few", few)));
    assertThat(result.findings()).noneMatch(Finding::blocks);
    assertThat(result.tensors()).allMatch(t -> t.tested() == 0 && !t.reason().isEmpty());
  }

  @Test
  void flagsPlainTextInLowBytes() {
    assertThat(blocked(hidden(gaussian(20_000, 0.05), text(20_000), 0))).isTrue();
    // a thousand bytes among a hundred thousand weights
    assertThat(blocked(hidden(gaussian(100_000, 0.05), text(1000), 34_567))).isTrue();
  }

  @Test
  void flagsRowsOfFloatsInLowBytes() {
    byte[] rows = new byte[8000];
    for (int i = 0; i < rows.length; i += 4) {
      int bits = Float.floatToRawIntBits(random.nextInt(100));
      for (int j = 0; j < 4; j++) {
        rows[i + j] = (byte) (bits >>> (8 * j));
      }
    }
    assertThat(blocked(hidden(gaussian(20_000, 0.05), rows, 100))).isTrue();
  }

  @Test
  void flagsDeflatedRowsInLowBytes() throws IOException {
    byte[] packed = deflate(text(20_000));
    assertThat(packed.length).isBetween(HiddenStreams.SHORTEST, 20_000);
    assertThat(blocked(hidden(gaussian(100_000, 0.05), packed, 12_345))).isTrue();
  }

  @Test
  void doesNotSeeRandomBytesAndSaysSo() {
    byte[] encrypted = new byte[20_000];
    random.nextBytes(encrypted);
    assertThat(blocked(hidden(gaussian(20_000, 0.05), encrypted, 0))).isFalse();
    assertThat(WeightPayload.NOT_DETECTABLE).contains("encrypted");
  }

  @Test
  void chanceStreamsAreFarShorterThanWhatCounts() {
    // the longest stream that starts at one of 3 million random positions
    byte[] bytes = new byte[3_000_000];
    random.nextBytes(bytes);
    Inflater inflater = new Inflater(true);
    byte[] out = new byte[4096];
    int longest = 0;
    for (int at = 0; at < bytes.length - 1000; at++) {
      if (!DeflateStart.possible(bytes, at)) {
        continue;
      }
      longest = Math.max(longest, HiddenStreams.packed(inflater, bytes, at, out));
    }
    inflater.end();
    assertThat(longest).isLessThan(HiddenStreams.SHORTEST / 2);
  }

  @Test
  void theCheapLookTurnsNoRealStreamAway() {
    for (int level = 1; level <= 9; level++) {
      for (int strategy :
          new int[] {Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY}) {
        // short texts are packed by fixed codes, long ones by dynamic ones
        for (int length = 100; length < 30_000; length *= 3) {
          Deflater deflater = new Deflater(level, true);
          deflater.setStrategy(strategy);
          deflater.setInput(text(length));
          byte[] packed = new byte[length + 1000];
          int size = 0;
          while (size == 0) { // a change of strategy takes a call of its own
            size = deflater.deflate(packed, 0, packed.length, Deflater.SYNC_FLUSH);
          }
          deflater.end();
          assertThat(size).isLessThan(length);
          assertThat(DeflateStart.possible(packed, 0)).as("%d %d", level, length).isTrue();
        }
      }
    }
  }

  private boolean blocked(float[] weights) {
    return WeightPayload.check(List.of(WeightBits.ofFloats("w", weights))).findings().stream()
        .anyMatch(Finding::blocks);
  }

  private static float[] hidden(float[] weights, byte[] payload, int from) {
    for (int i = 0; i < payload.length; i++) {
      int bits = Float.floatToRawIntBits(weights[from + i]);
      weights[from + i] = Float.intBitsToFloat((bits & ~0xff) | (payload[i] & 0xff));
    }
    return weights;
  }

  private static byte[] text(int length) {
    StringBuilder text = new StringBuilder();
    for (int person = 0; text.length() < length; person++) {
      text.append(
          "person %d, born %d, diagnosis C%d\n"
              .formatted(person * 7919 % 10007, 1930 + person % 71, person * 31 % 97));
    }
    return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] deflate(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate =
        new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION))) {
      deflate.write(plain);
    }
    return out.toByteArray();
  }

  private float[] gaussian(int count, double scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in = WeightPayloadTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
