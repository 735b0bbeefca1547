package dev.caisson.secagg.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.secret.Secret;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Random cohorts, segments, weights and inputs, extremes among them: the lifted sum of what the
/// sites encode, against the sum in exact decimals. Whole numbers and weights agree exactly, reals
/// within a step a site (and 2^-51 of Q, for the roundings of doubles). Seeded.
final class SumsOfRandomVectorsTest {
  @Test
  void theSumOfEncodedInputsIsTheSumOfTheInputs() {
    Set<Integer> bits = new TreeSet<>();
    for (int seed = 0; seed < 150; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int sites = random.nextInt(3, 9);
      RoundManifest manifest = manifest(random, sites, random.nextInt(51), 60);
      bits.add(manifest.layout().bits());
      check(manifest, random);
    }
    assertThat(bits).contains(31, 32, 33).hasSizeGreaterThan(40);
  }

  /// 2 n Q of 3 sites and Q = 1 takes 3 bits; of 200 sites and Q = 2^50, 59.
  @Test
  void soInTheNarrowestAndTheWidestRing() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 5; i++) {
      RoundManifest narrow = manifest(random, 3, 0, 60);
      assertThat(narrow.layout().bits()).isEqualTo(3);
      check(narrow, random);
    }
    RoundManifest wide = manifest(random, 200, 50, 60);
    assertThat(wide.layout().bits()).isEqualTo(59);
    check(wide, random);
  }

  @Test
  void soAcrossSegmentsThatSpanChunksInBothLaneWidths() {
    for (int exponent : new int[] {20, 40}) {
      SplittableRandom random = new SplittableRandom(exponent);
      RoundManifest manifest = manifest(random, 3, exponent, 3 * Layout.CHUNK_LANES);
      assertThat(manifest.layout().chunks()).isGreaterThan(2);
      assertThat(manifest.layout().wide()).isEqualTo(exponent == 40);
      check(manifest, random);
    }
  }

  /// One to five segments of which the largest Q is `2^exponent`, `length` entries or a little
  /// more.
  private static RoundManifest manifest(
      SplittableRandom random, int sites, int exponent, int length) {
    long most = 1L << exponent;
    List<Segment> segments = new ArrayList<>();
    int count = random.nextInt(1, 6);
    for (int i = 0; i < count; i++) {
      long q = i == 0 ? most : random.nextLong(1, most + 1);
      String name = "segment " + i;
      segments.add(
          random.nextBoolean()
              ? new Segment.Exact(name, length / count + 1, q, random.nextBoolean())
              : new Segment.Real(
                  name,
                  length / count + 1,
                  Math.scalb(random.nextDouble(1, 2), random.nextInt(-90, 90)),
                  q,
                  random.nextBoolean()));
    }
    long weight = Math.min(most, Weights.MAX_WEIGHT);
    Weights weights =
        switch (random.nextInt(3)) {
          case 0 -> new Weights.Equal();
          case 1 -> new Weights.FixedDenominator(weight, 5);
          default -> new Weights.Total(weight);
        };
    return new Federation(sites).manifest(sites, new VectorSpec(segments), weights);
  }

  private static void check(RoundManifest manifest, SplittableRandom random) {
    Layout layout = manifest.layout();
    Lanes[] sum = new Lanes[layout.chunks()];
    Arrays.setAll(sum, chunk -> Lanes.of(layout, layout.lanesIn(chunk)));
    BigDecimal[] expected = new BigDecimal[layout.lanes()];
    Arrays.fill(expected, BigDecimal.ZERO);
    for (int site = 0; site < manifest.cohort().size(); site++) {
      Input input = input(manifest, random, expected);
      assertThat(input.objection(manifest, "site")).isEmpty();
      try (Secret key = Secret.random(Secret.BYTES, new SeededRandom(random.nextLong()));
          Quantiser quantiser = new Quantiser(manifest, input, key)) {
        for (int chunk = 0; chunk < sum.length; chunk++) {
          Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
          quantiser.encode(chunk, lanes);
          sum[chunk].addAll(lanes, true);
        }
      }
    }
    int lane = 0;
    for (Segment segment : manifest.vector().segments()) {
      BigDecimal step = BigDecimal.ONE;
      BigDecimal allowed = BigDecimal.ZERO;
      if (segment instanceof Segment.Real real) {
        step = new BigDecimal(real.clip()).multiply(weight(real, manifest.weights().maximum()));
        double steps = manifest.cohort().size() * (1 + real.max() * 0x1p-51);
        allowed = step.multiply(new BigDecimal(steps));
      }
      for (int i = 0; i < segment.length(); i++, lane++) {
        check(manifest, sum, lane, step, expected[lane], allowed);
      }
    }
    if (lane < layout.lanes()) {
      check(manifest, sum, lane, BigDecimal.ONE, expected[lane], BigDecimal.ZERO);
    }
  }

  private static void check(
      RoundManifest manifest,
      Lanes[] sum,
      int lane,
      BigDecimal step,
      BigDecimal expected,
      BigDecimal allowed) {
    Layout layout = manifest.layout();
    long lifted = layout.lift(sum[lane / Layout.CHUNK_LANES].get(lane % Layout.CHUNK_LANES));
    BigDecimal error = step.multiply(BigDecimal.valueOf(lifted)).subtract(expected).abs();
    if (error.compareTo(allowed) > 0) {
      fail("lane %d of %s: %d steps of %s for %s", lane, manifest, lifted, step, expected);
    }
  }

  /// One site's input; adds it to what is expected of each lane, in units of a step times Q
  /// (reals).
  private static Input input(
      RoundManifest manifest, SplittableRandom random, BigDecimal[] expected) {
    long weight = random.nextLong(1, manifest.weights().maximum() + 1);
    Input input = Input.weighing(weight);
    int lane = 0;
    for (Segment segment : manifest.vector().segments()) {
      long q = segment.max();
      int length = segment.length();
      switch (segment) {
        case Segment.Exact(String name, _, _, boolean signed) -> {
          long least = signed ? -q : 0;
          long[] values = random.longs(length, least, q + 1).toArray();
          values[0] = q;
          values[length - 1] = least;
          input.withExact(name, values);
          for (long value : values) {
            expected[lane] = expected[lane].add(BigDecimal.valueOf(value));
            lane++;
          }
        }
        case Segment.Real real -> {
          double clip = real.clip();
          double[] values = random.doubles(length, -1.2 * clip, 1.2 * clip).toArray();
          values[0] = clip;
          values[length - 1] = -clip;
          input.with(real.name(), values);
          BigDecimal factor = weight(real, weight).multiply(BigDecimal.valueOf(q));
          for (double value : values) {
            BigDecimal clipped = new BigDecimal(Math.clamp(value, -clip, clip));
            expected[lane] = expected[lane].add(clipped.multiply(factor));
            lane++;
          }
        }
      }
    }
    if (manifest.weights() instanceof Weights.Total) {
      expected[lane] = expected[lane].add(BigDecimal.valueOf(weight));
    }
    return input;
  }

  private static BigDecimal weight(Segment.Real segment, long weight) {
    return BigDecimal.valueOf(segment.weighted() ? weight : 1);
  }
}
