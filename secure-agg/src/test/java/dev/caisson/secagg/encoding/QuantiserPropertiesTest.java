package dev.caisson.secagg.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.masking.KeyStream;
import dev.caisson.secagg.secret.Secret;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/// What holds of every encoded real number, whatever the number, the clip, Q and the weight.
final class QuantiserPropertiesTest {
  private static final double[] CLIPS = {1e-30, 0.1, 1, 3, 1e30};
  private static final long[] QS = {1, 2, 3, 1000, (1L << 50) - 1, 1L << 50};
  private static final Federation THREE = new Federation(3);

  /// |q| <= Q, and q is within a step of `w * clip(x) * Q / (clip * W)`, computed in decimals. The
  /// doubles in between add three roundings and a clamp to the step, 2^-51 of Q at most.
  @Test
  void everyDoubleIsEncodedWithinQAndWithinOneStep() {
    for (double clip : CLIPS) {
      double[] values = values(clip);
      for (long q : QS) {
        for (long most : new long[] {1, 7, Weights.MAX_WEIGHT}) {
          long weight = 1 + most / 2;
          RoundManifest manifest =
              manifest(new Weights.FixedDenominator(most, 1), real(values.length, clip, q));
          long[] lanes = Encoded.lanes(manifest, Input.weighing(weight).with("x", values), 3);
          BigDecimal step = new BigDecimal(clip).multiply(exact(most)); // times Q
          BigDecimal allowed = step.multiply(new BigDecimal(1 + q * 0x1p-51));
          for (int i = 0; i < values.length; i++) {
            BigDecimal real =
                new BigDecimal(Math.clamp(values[i], -clip, clip))
                    .multiply(exact(weight))
                    .multiply(exact(q));
            BigDecimal error = step.multiply(exact(lanes[i])).subtract(real).abs();
            if (lanes[i] < -q || lanes[i] > q || error.compareTo(allowed) >= 0) {
              fail(
                  "%s became %d: clip %s, Q %d, weight %d of %d",
                  values[i], lanes[i], clip, q, weight, most);
            }
          }
        }
      }
    }
  }

  @Test
  void noughtOfEitherSignIsNoughtAndTheSignStays() {
    for (double clip : CLIPS) {
      for (long q : QS) {
        RoundManifest manifest = manifest(new Weights.Equal(), real(4, clip, q));
        Input input = Input.weighing(1).with("x", 0.0, -0.0, Double.MAX_VALUE, -Double.MAX_VALUE);
        long[] lanes = Encoded.lanes(manifest, input, 4);
        assertThat(Arrays.copyOf(lanes, 2)).containsOnly(0);
        assertThat(lanes[2]).as("clip %s, Q %d", clip, q).isBetween(q - 1, q);
        assertThat(lanes[3]).isBetween(-q, -q + 1);
      }
    }
  }

  /// A mean of N lanes of fraction f has the standard deviation sqrt(f (1 - f) / N); five of them
  /// are exceeded with probability 5.7e-7, so one of the 28 means below with 1.6e-5. Seeds are
  /// fixed.
  @Test
  void roundingIsUnbiasedForEveryFractionAndSign() {
    int n = 40_000; // three chunks
    for (double fraction : new double[] {0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999}) {
      for (double whole : new double[] {0, 5, -1, -6}) {
        double steps = whole + fraction;
        double[] values = new double[n];
        Arrays.fill(values, steps / 10);
        RoundManifest manifest = manifest(new Weights.Equal(), real(n, 1, 10));
        long[] lanes = Encoded.lanes(manifest, Input.weighing(1).with("x", values), 11);
        assertThat(Arrays.stream(lanes).distinct().toArray())
            .containsExactlyInAnyOrder((long) whole, (long) whole + 1);
        assertThat(Arrays.stream(lanes).average().orElseThrow())
            .as("%s steps", steps)
            .isCloseTo(steps, within(5 * Math.sqrt(fraction * (1 - fraction) / n)));
      }
    }
  }

  @Test
  void wholeStepsAreNotRounded() {
    RoundManifest manifest = manifest(new Weights.Equal(), real(21, 10, 10));
    double[] whole = DoubleStream.iterate(-10, x -> x + 1).limit(21).toArray();
    assertThat(Encoded.lanes(manifest, Input.weighing(1).with("x", whole), 5))
        .isEqualTo(Arrays.stream(whole).mapToLong(x -> (long) x).toArray());
  }

  @Test
  void floatsAreEncodedAsTheDoublesThatTheyAre() {
    float[] floats = new float[20_000];
    double[] doubles = new double[floats.length];
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) random.nextDouble(-1.5, 1.5);
      doubles[i] = floats[i];
    }
    RoundManifest manifest = manifest(new Weights.Equal(), real(floats.length, 1, 1 << 20));
    assertThat(Encoded.lanes(manifest, Input.weighing(1).with("x", floats), 7))
        .isEqualTo(Encoded.lanes(manifest, Input.weighing(1).with("x", doubles), 7));
  }

  /// The definition: lane i is rounded down after the i-th little-endian number of the rounding
  /// key's stream was added, a signed one as a fraction of 2^32, plus one half. Each lane and each
  /// chunk has coins of its own.
  @Test
  void laneIIsRoundedByTheIthNumberOfTheKeysStream() {
    int n = 2 * Layout.CHUNK_LANES + 100;
    double[] values = new SplittableRandom(12).doubles(n, -1, 1).toArray();
    byte[] stream = new byte[n * Integer.BYTES];
    Secret key = Secret.random(Secret.BYTES, new SeededRandom(13));
    new KeyStream(key).fill(0, stream, stream.length);
    ByteBuffer coins = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
    long[] expected = new long[n];
    for (int i = 0; i < n; i++) {
      double steps = values[i] * 1024; // exact: a power of two
      double coin = coins.getInt() / 4294967296.0 + 0.5;
      double up = 1 - (steps - Math.floor(steps)); // exact: 30 bits of fraction at most
      expected[i] = (long) Math.floor(steps) + (coin >= up ? 1 : 0);
    }
    RoundManifest manifest = manifest(new Weights.Equal(), real(n, 1, 1024));
    assertThat(Encoded.lanes(manifest, Input.weighing(1).with("x", values), 13))
        .isEqualTo(expected);
  }

  /// Two keys round 40,000 halves alike in half of the lanes, give or take five standard deviations
  /// of sqrt(n) / 2 (5.7e-7); one key in all.
  @Test
  void roundingCoinsAreTheKeys() {
    int n = 40_000;
    double[] halves = new double[n];
    Arrays.fill(halves, 0.05);
    RoundManifest manifest = manifest(new Weights.Equal(), real(n, 1, 10));
    Input input = Input.weighing(1).with("x", halves);
    long[] one = Encoded.lanes(manifest, input, 1);
    long[] two = Encoded.lanes(manifest, input, 2);
    int alike = 0;
    for (int i = 0; i < n; i++) {
      alike += one[i] == two[i] ? 1 : 0;
    }
    assertThat(alike).isCloseTo(n / 2, within((int) (5 * Math.sqrt(n) / 2)));
    assertThat(Encoded.lanes(manifest, input, 1)).isEqualTo(one);
  }

  /// Edges of the format and of the clip, and 400 random doubles: of any bits, and inside the clip.
  private static double[] values(double clip) {
    double[] edges = {
      0.0,
      Double.MIN_VALUE,
      Double.MIN_NORMAL,
      Math.nextDown(Double.MIN_NORMAL),
      Math.nextDown(clip),
      clip,
      Math.nextUp(clip),
      clip / 2,
      clip / 3,
      clip * 0x1p-53,
      1e300,
      Double.MAX_VALUE
    };
    DoubleStream random =
        new SplittableRandom(8)
            .longs()
            .mapToDouble(Double::longBitsToDouble)
            .filter(Double::isFinite)
            .limit(200);
    DoubleStream inside = new SplittableRandom(9).doubles(200, -clip, clip);
    DoubleStream bothSigns = Arrays.stream(edges).flatMap(x -> DoubleStream.of(x, -x));
    return DoubleStream.concat(bothSigns, DoubleStream.concat(random, inside)).toArray();
  }

  private static BigDecimal exact(long value) {
    return BigDecimal.valueOf(value);
  }

  private static Segment real(int length, double clip, long q) {
    return new Segment.Real("x", length, clip, q, true);
  }

  private static RoundManifest manifest(Weights weights, Segment... segments) {
    return THREE.manifest(3, VectorSpec.of(segments), weights);
  }
}
