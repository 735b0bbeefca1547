package dev.caisson.airlock.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NodePlacesTest {
  @Test
  void findsEveryNodeOfManyTreesAndNoOther() {
    long[] trees = IntStream.range(0, 5_000).mapToLong(i -> i / 50).toArray();
    long[] ids = IntStream.range(0, 5_000).mapToLong(i -> i % 50).toArray();
    NodePlaces places = NodePlaces.of(trees, ids).orElseThrow();

    for (int i = 0; i < ids.length; i++) {
      assertThat(places.of(trees[i], ids[i])).isEqualTo(i);
    }
    assertThat(places.of(0, 50)).isEqualTo(-1);
    assertThat(places.of(100, 0)).isEqualTo(-1);
    assertThat(places.of(-1, 0)).isEqualTo(-1);
  }

  @Test
  void idsOfAnySizeAreFound() {
    long[] ids = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE, 1L << 32};
    NodePlaces places = NodePlaces.of(new long[ids.length], ids).orElseThrow();

    assertThat(LongStream.of(ids).mapToInt(id -> places.of(0, id)))
        .containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void refusesAnIdGivenTwiceInATreeOnly() {
    assertThat(NodePlaces.of(new long[] {0, 0, 0}, new long[] {7, 8, 7})).isEmpty();
    assertThat(NodePlaces.of(new long[] {0, 0, 1}, new long[] {7, 8, 7})).isPresent();
  }

  @Test
  void idsChosenToFallTogetherUnderAFixedFactorStayFast() {
    long[] ids = new long[200_000];
    Arrays.setAll(ids, i -> (long) i << 40); // equal low halves
    NodePlaces places = NodePlaces.of(new long[ids.length], ids).orElseThrow();

    assertThat(places.of(0, 199_999L << 40)).isEqualTo(199_999);
  }
}
