package dev.caisson.secagg.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.SeededRandom;
import java.util.List;
import java.util.NavigableSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NeighbourDrawTest {
  private static final List<Integer> MEMBERS = IntStream.rangeClosed(3, 12).boxed().toList();

  /// Chi-square over how often each of the 9 others is drawn (3 of 9, 30,000 draws): 8 degrees of
  /// freedom; counts are less spread than independent ones, by 3/4. 60 is exceeded by chance with
  /// probability below 10^-9.
  @Test
  void everyOtherMemberIsAsLikelyAsAnyOther() {
    int[] counts = new int[13];
    SeededRandom random = new SeededRandom(3);
    for (int i = 0; i < 30_000; i++) {
      NavigableSet<Integer> drawn = NeighbourDraw.draw(MEMBERS, 7, 3, random);
      assertThat(drawn).hasSize(3).doesNotContain(7);
      drawn.forEach(member -> counts[member]++);
    }
    double chi = 0;
    for (int member : MEMBERS) {
      if (member != 7) {
        chi += Math.pow(counts[member] - 10_000, 2) / 10_000;
      }
    }
    assertThat(chi).isLessThan(60);
  }

  @Test
  void drawsAllOthersWhereTheDegreeIsThatLarge() {
    assertThat(NeighbourDraw.draw(MEMBERS, 7, 9, new SeededRandom(1)))
        .containsExactly(3, 4, 5, 6, 8, 9, 10, 11, 12);
    assertThatThrownBy(() -> NeighbourDraw.draw(MEMBERS, 7, 10, new SeededRandom(1)))
        .hasMessageContaining("10 neighbours among 9");
  }
}
