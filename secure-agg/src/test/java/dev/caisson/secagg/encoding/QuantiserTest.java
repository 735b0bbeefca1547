package dev.caisson.secagg.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.Layout;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import dev.caisson.secagg.masking.Lanes;
import dev.caisson.secagg.secret.Secret;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QuantiserTest {
  private static final Federation FEDERATION = new Federation(3);

  @Test
  void clipsWeighsAndNeverLeavesTheRange() {
    RoundManifest manifest =
        manifest(new Weights.Total(10), new Segment.Real("x", 5, 2.0, 1000, true));
    Input input = Input.weighing(5).with("x", 2.0, -2.0, 1e30, -1e30, 0.0);
    long[] lanes = Encoded.lanes(manifest, input, 1);
    // weight 5 of at most 10: half of 1000; the last lane is the weight itself
    assertThat(lanes).containsExactly(500, -500, 500, -500, 0, 5);
  }

  @Test
  void unweightedAndExactSegmentsDoNotFeelTheWeight() {
    RoundManifest manifest =
        manifest(
            new Weights.FixedDenominator(10, 30),
            new Segment.Real("x", 2, 2.0, 1000, false),
            new Segment.Exact("n", 2, 50, true));
    Input input = Input.weighing(5).with("x", 2f, -1f).withExact("n", -50, 49);
    assertThat(Encoded.lanes(manifest, input, 1)).containsExactly(1000, -500, -50, 49);
  }

  /// 0.3 of a step, 40,000 times: the mean of the rounded values has a standard deviation of
  /// sqrt(0.3 * 0.7 / 40000) = 0.0023; five of them are exceeded with probability 6e-7, and the
  /// seed is fixed.
  @Test
  void roundingIsUnbiased() {
    RoundManifest manifest =
        manifest(new Weights.Equal(), new Segment.Real("x", 40_000, 1.0, 10, true));
    double[] values = new double[40_000];
    Arrays.fill(values, 0.03);
    long[] lanes = Encoded.lanes(manifest, Input.weighing(1).with("x", values), 9);
    assertThat(Arrays.stream(lanes).distinct().sorted()).containsExactly(0L, 1L);
    assertThat(Arrays.stream(lanes).average().orElseThrow()).isBetween(0.3 - 0.0115, 0.3 + 0.0115);
  }

  @Test
  void chunksAreTheSameWhenMadeAgainInAnotherOrder() {
    RoundManifest manifest =
        manifest(new Weights.Equal(), new Segment.Real("x", 40_000, 1.0, 10, true));
    double[] values = new double[40_000];
    Arrays.fill(values, 0.03);
    Layout layout = manifest.layout();
    Quantiser quantiser = new Quantiser(manifest, Input.weighing(1).with("x", values), secret(9));
    byte[][] once = new byte[3][];
    for (int chunk = 0; chunk < 3; chunk++) {
      once[chunk] = packed(quantiser, layout, chunk);
    }
    for (int chunk : new int[] {2, 0, 1}) {
      assertThat(packed(quantiser, layout, chunk)).isEqualTo(once[chunk]);
    }
  }

  @Test
  void aClosedQuantiserRoundsNothingMoreAndNothingIsPrinted() {
    RoundManifest manifest =
        manifest(new Weights.Equal(), new Segment.Real("x", 40_000, 1.0, 10, true));
    Input input = Input.weighing(1).with("x", new double[40_000]);
    Quantiser quantiser = new Quantiser(manifest, input, secret(9));
    packed(quantiser, manifest.layout(), 1);
    quantiser.close();
    assertThatThrownBy(() -> packed(quantiser, manifest.layout(), 1))
        .isInstanceOf(IllegalStateException.class);
    assertThat(quantiser).hasToString("Quantiser[redacted]");
    assertThat(input).hasToString("Input[redacted]");
  }

  @Test
  void anInputThatNobodyAskedForAnObjectionIsOurOwnMistake() {
    RoundManifest manifest =
        manifest(
            new Weights.Equal(),
            new Segment.Real("x", 1, 1.0, 10, true),
            new Segment.Exact("n", 1, 10, true));
    for (Input input :
        List.of(
            Input.weighing(1).with("x", 1.0),
            Input.weighing(1).withExact("x", 1).withExact("n", 1),
            Input.weighing(1).with("x", 1.0).with("n", 1.0))) {
      assertThatThrownBy(() -> Encoded.lanes(manifest, input, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("objection() was not asked");
    }
  }

  @Test
  void refusesWhatDoesNotFitNamingSegmentAndEntry() {
    RoundManifest manifest = FEDERATION.manifest(3);
    assertThat(objection(manifest, 1, Double.NaN, 3)).contains("'update'", "entry 7");
    assertThat(objection(manifest, 1, Double.NEGATIVE_INFINITY, 3)).contains("entry 7");
    assertThat(objection(manifest, 1, 0, 1001)).contains("'histogram'", "entry 4");
    assertThat(objection(manifest, 1, 0, -1)).contains("'histogram'", "entry 4");
    assertThat(objection(manifest, 2, 0, 3)).contains("all weigh 1");
    assertThat(objection(manifest, 1, 0, 3)).isEmpty();
    RoundManifest weighted = FEDERATION.manifest(3, Federation.SMALL, new Weights.Total(100));
    assertThat(objection(weighted, 101, 0, 3)).contains("1..100");
    assertThat(objection(weighted, 0, 0, 3)).contains("1..100");
  }

  @Test
  void anObjectionTellsNeitherTheWeightNorAValue() {
    RoundManifest weighted = FEDERATION.manifest(3, Federation.SMALL, new Weights.Total(100));
    assertThat(objection(weighted, 2417, 0, 3)).isNotEmpty().doesNotContain("2417");
    assertThat(objection(FEDERATION.manifest(3), 2417, 0, 3)).isNotEmpty().doesNotContain("2417");
    assertThat(objection(weighted, 1, 0, 98_765_432)).isNotEmpty().doesNotContain("98765432");
  }

  @Test
  void refusesMissingUnknownAndMisshapenSegments() {
    RoundManifest manifest = FEDERATION.manifest(3);
    assertThat(text(manifest, Input.weighing(1))).contains("'update'", "no values");
    assertThat(text(manifest, Input.weighing(1).with("up", 1.0))).contains("no segment 'up'");
    assertThat(text(manifest, Input.weighing(1).with("update", 1.0))).contains("20 entries");
    assertThat(text(manifest, Input.weighing(1).withExact("update", new long[20])))
        .contains("real values expected");
  }

  private static String objection(RoundManifest manifest, long weight, double entry7, long count4) {
    double[] update = new double[20];
    update[7] = entry7;
    long[] histogram = new long[9];
    histogram[4] = count4;
    return text(
        manifest,
        Input.weighing(weight)
            .with("update", update)
            .with("loss", 1.0)
            .withExact("histogram", histogram));
  }

  private static String text(RoundManifest manifest, Input input) {
    return input
        .objection(manifest, "site-000")
        .map(
            fault -> {
              assertThat(fault.rule()).isEqualTo(Rule.INPUT);
              assertThat(fault.party()).isEqualTo("site-000");
              return fault.detail();
            })
        .orElse("");
  }

  private static RoundManifest manifest(Weights weights, Segment... segments) {
    return FEDERATION.manifest(3, VectorSpec.of(segments), weights);
  }

  private static byte[] packed(Quantiser quantiser, Layout layout, int chunk) {
    Lanes lanes = Lanes.of(layout, layout.lanesIn(chunk));
    quantiser.encode(chunk, lanes);
    return lanes.pack();
  }

  private static Secret secret(long seed) {
    return Secret.random(32, new SeededRandom(seed));
  }
}
