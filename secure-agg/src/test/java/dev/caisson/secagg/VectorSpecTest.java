package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VectorSpecTest {
  @Test
  void aVectorIsItsSegmentsOneBehindTheOther() {
    VectorSpec vector = VectorSpec.of(exact("a", 3, 7), exact("b", 4, 9), exact("c", 1, 8));
    assertThat(vector.length()).isEqualTo(8);
    assertThat(vector.max()).isEqualTo(9);
  }

  @Test
  void aVectorHasOneTo1000SegmentsOfDifferentNames() {
    assertThatThrownBy(VectorSpec::of).hasMessage("a vector has 1..1000 segments, got 0");
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      segments.add(exact("s" + i, 1, 1));
    }
    assertThat(new VectorSpec(segments).length()).isEqualTo(1000);
    segments.add(exact("one more", 1, 1));
    assertThatThrownBy(() -> new VectorSpec(segments))
        .hasMessage("a vector has 1..1000 segments, got 1001");
    assertThatThrownBy(() -> VectorSpec.of(exact("a", 1, 1), exact("b", 1, 1), exact("a", 2, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two segments are named 'a'");
  }

  @Test
  void aVectorHasAtMost2To30Entries() {
    int most = VectorSpec.MAX_LENGTH;
    assertThat(VectorSpec.of(exact("a", most - 1, 1), exact("b", 1, 1)).length()).isEqualTo(most);
    assertThatThrownBy(() -> VectorSpec.of(exact("a", most, 1), exact("b", 1, 1)))
        .hasMessage("a vector has at most %d entries, got %d", most, most + 1L);
    // three of the largest: more than an int
    assertThatThrownBy(
            () -> VectorSpec.of(exact("a", most, 1), exact("b", most, 1), exact("c", most, 1)))
        .hasMessage("a vector has at most %d entries, got %d", most, 3L * most);
  }

  @Test
  void aSegmentHasANameALengthAndAMaximumInBounds() {
    assertThatThrownBy(() -> exact("", 1, 1)).hasMessageContaining("1 to 120 characters, got 0");
    assertThatThrownBy(() -> exact("x".repeat(121), 1, 1)).hasMessageContaining("got 121");
    for (int length : new int[] {0, -1, VectorSpec.MAX_LENGTH + 1}) {
      assertThatThrownBy(() -> exact("x", length, 1))
          .hasMessage("segment 'x': length must be 1..%d, got %d", VectorSpec.MAX_LENGTH, length);
      assertThatThrownBy(() -> new Segment.Real("x", length, 1, 1, true))
          .hasMessageContaining("length must be");
    }
    for (long max : new long[] {0, -1, Segment.MAX_MAGNITUDE + 1}) {
      assertThatThrownBy(() -> exact("x", 1, max))
          .hasMessage("segment 'x': max must be 1..2^50, got %d", max);
    }
    assertThatCode(() -> exact("x".repeat(120), VectorSpec.MAX_LENGTH, Segment.MAX_MAGNITUDE))
        .doesNotThrowAnyException();
  }

  @Test
  void weightsAreOneTo2To40() {
    long most = Weights.MAX_WEIGHT;
    for (long bad : new long[] {0, -1, most + 1}) {
      assertThatThrownBy(() -> new Weights.Total(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("maxWeight must be 1..2^40, got %d", bad);
      assertThatThrownBy(() -> new Weights.FixedDenominator(bad, 1))
          .hasMessage("maxWeight must be 1..2^40, got %d", bad);
      assertThatThrownBy(() -> new Weights.FixedDenominator(1, bad))
          .hasMessage("denominator must be 1..2^40, got %d", bad);
    }
    assertThat(new Weights.Total(most).maximum()).isEqualTo(most);
    assertThat(new Weights.FixedDenominator(1, most).maximum()).isEqualTo(1);
    assertThat(new Weights.FixedDenominator(most, 1).maximum()).isEqualTo(most);
    assertThat(new Weights.Equal().maximum()).isEqualTo(1);
  }

  private static Segment exact(String name, int length, long max) {
    return new Segment.Exact(name, length, max, true);
  }
}
