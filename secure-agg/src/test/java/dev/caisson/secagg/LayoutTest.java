package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class LayoutTest {
  private static final int FULL = Layout.CHUNK_LANES;

  @Test
  void aLayoutHasLanesAndOneTo60Bits() {
    for (int[] bad : new int[][] {{0, 5}, {-1, 5}, {5, 0}, {5, -3}, {5, 61}}) {
      assertThatThrownBy(() -> new Layout(bad[0], bad[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a layout has lanes and 1..60 bits, got %d and %d", bad[0], bad[1]);
    }
    assertThat(new Layout(1, 1).chunks()).isEqualTo(1);
    assertThat(new Layout(1, 60).wide()).isTrue();
  }

  @Test
  void lanesAre32BitWideWhileTheRingFits() {
    assertThat(new Layout(1, 32).wide()).isFalse();
    assertThat(new Layout(1, 33).wide()).isTrue();
  }

  @Test
  void theLastChunkHasWhatIsLeft() {
    assertThat(new Layout(FULL, 9).chunks()).isEqualTo(1);
    assertThat(new Layout(FULL, 9).lanesIn(0)).isEqualTo(FULL);
    Layout layout = new Layout(2 * FULL + 3, 9);
    assertThat(layout.chunks()).isEqualTo(3);
    assertThat(layout.firstLane(2)).isEqualTo(2 * FULL);
    assertThat(layout.lanesIn(1)).isEqualTo(FULL);
    assertThat(layout.lanesIn(2)).isEqualTo(3);
    assertThat(layout.packedBytes(1)).isEqualTo(2048 * 9);
    assertThat(layout.packedBytes(2)).isEqualTo(4); // 27 bits
    assertThat(new Layout(FULL, 60).packedBytes(0)).isEqualTo(Layout.MAX_CHUNK_BYTES);
    for (int chunk : new int[] {-1, 3}) {
      assertThatThrownBy(() -> layout.lanesIn(chunk))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("chunk %d of 3", chunk);
    }
  }

  /// The longest vector there can be: no product of lanes overflows.
  @Test
  void theLongestVectorHasItsLastChunkInPlace() {
    Layout layout = new Layout(VectorSpec.MAX_LENGTH, 60);
    int last = layout.chunks() - 1;
    assertThat(layout.firstLane(last) + layout.lanesIn(last)).isEqualTo(VectorSpec.MAX_LENGTH);
  }

  @Test
  void aResidueIsLiftedToTheNumberNearestNought() {
    Layout layout = new Layout(1, 5);
    assertThat(layout.lift(0)).isEqualTo(0);
    assertThat(layout.lift(15)).isEqualTo(15);
    assertThat(layout.lift(16)).isEqualTo(-16);
    assertThat(layout.lift(31)).isEqualTo(-1);
  }

  /// bits = bitlength(2 n Q), so that n Q < 2^(bits - 1) with room for the sign.
  @Test
  void theRingHoldsTwiceTheLargestSum() {
    Weights equal = new Weights.Equal();
    assertThat(Layout.of(3, vector(1), equal)).isEqualTo(new Layout(7, 3)); // 6 < 8
    assertThat(Layout.of(4, vector(1), equal)).isEqualTo(new Layout(7, 4)); // 8 = 2^3
    assertThat(Layout.of(200, vector(Segment.MAX_MAGNITUDE), equal)).isEqualTo(new Layout(7, 59));
    assertThat(Layout.of(3, vector(9), new Weights.FixedDenominator(1 << 20, 1)))
        .isEqualTo(new Layout(7, 6)); // the weight does not travel: 54 < 64
    assertThat(Layout.of(3, vector(9), new Weights.Total(1 << 20))).isEqualTo(new Layout(8, 23));
    assertThat(Layout.of(3, vector(1 << 20), new Weights.Total(9))).isEqualTo(new Layout(8, 23));
  }

  private static VectorSpec vector(long q) {
    return VectorSpec.of(
        new Segment.Exact("small", 2, 1, true), new Segment.Exact("large", 5, q, true));
  }
}
