package dev.caisson.secagg.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Federation;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Segment;
import dev.caisson.secagg.VectorSpec;
import dev.caisson.secagg.Weights;
import org.junit.jupiter.api.Test;

/// How a site's weight enters its lanes in each mode.
final class WeightsModesTest {
  private static final Federation THREE = new Federation(3);

  /// One whole number is both the weight slot and the factor: at the clip, with Q five times the
  /// largest weight, a weighted lane is five times the slot for every weight there is.
  @Test
  void theSlotAndTheProductAreOneWholeNumber() {
    long most = 3000;
    RoundManifest manifest = manifest(new Weights.Total(most), 5 * most);
    for (long weight = 1; weight <= most; weight++) {
      assertThat(Encoded.lanes(manifest, input(weight), weight))
          .as("weight %d", weight)
          .containsExactly(5 * weight, -5 * weight, 5 * most, 4L, weight);
    }
  }

  @Test
  void aFixedDenominatorWeighsWithoutASlot() {
    RoundManifest manifest = manifest(new Weights.FixedDenominator(30, 70), 150);
    assertThat(Encoded.lanes(manifest, input(30), 1)).containsExactly(150, -150, 150, 4);
    assertThat(Encoded.lanes(manifest, input(6), 1)).containsExactly(30, -30, 150, 4);
  }

  @Test
  void equalWeightsAreOneWithoutASlot() {
    assertThat(Encoded.lanes(manifest(new Weights.Equal(), 150), input(1), 1))
        .containsExactly(150, -150, 150, 4);
  }

  @Test
  void aStepIsTheWeightedClipOverQ() {
    Segment.Real weighted = new Segment.Real("x", 1, 2, 1000, true);
    Segment.Real plain = new Segment.Real("x", 1, 2, 1000, false);
    assertThat(Quantiser.scale(weighted, new Weights.Total(10))).isEqualTo(50);
    assertThat(Quantiser.scale(weighted, new Weights.FixedDenominator(20, 1))).isEqualTo(25);
    assertThat(Quantiser.scale(weighted, new Weights.Equal())).isEqualTo(500);
    assertThat(Quantiser.scale(plain, new Weights.Total(10))).isEqualTo(500);
  }

  private static Input input(long weight) {
    return Input.weighing(weight).with("w", 0.5, -0.5).with("u", 0.5).withExact("n", 4);
  }

  private static RoundManifest manifest(Weights weights, long q) {
    return THREE.manifest(
        3,
        VectorSpec.of(
            new Segment.Real("w", 2, 0.5, q, true),
            new Segment.Real("u", 1, 0.5, q, false),
            new Segment.Exact("n", 1, 9, false)),
        weights);
  }
}
