package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.encoding.Quantiser;
import org.junit.jupiter.api.Test;

final class SegmentTest {
  /// With a clip of 1e-300, steps per unit would be infinite: every value would be encoded as Q and
  /// the sum come out as nought.
  @Test
  void aClipLeavesTheStepsPerUnitFinite() {
    for (double clip :
        new double[] {
          0, -1, Double.NaN, Double.MIN_VALUE, 1e-300, 0.999e-30, 1.001e30, Double.POSITIVE_INFINITY
        }) {
      assertThatThrownBy(() -> new Segment.Real("x", 1, clip, 1, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("segment 'x': clip must be 1e-30 to 1e30, got %s", clip);
    }
    for (double clip : new double[] {1e-30, 1e30}) {
      for (long max : new long[] {1, Segment.MAX_MAGNITUDE}) {
        for (long weight : new long[] {1, Weights.MAX_WEIGHT}) {
          Segment.Real segment = new Segment.Real("x", 1, clip, max, true);
          double scale = Quantiser.scale(segment, new Weights.Total(weight));
          assertThat(scale).isBetween(Double.MIN_NORMAL, Double.MAX_VALUE);
          assertThat(1 / scale).isBetween(Double.MIN_NORMAL, Double.MAX_VALUE);
        }
      }
    }
  }
}
