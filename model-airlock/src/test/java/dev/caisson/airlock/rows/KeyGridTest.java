package dev.caisson.airlock.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyGridTest {
  private static final double REACH = 0.03;
  private static final double SECOND = 0.05;
  private static final int POINTS = 5_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private final double[] keys = random.doubles(POINTS, -20, 20).toArray();
  private final double[] seconds = random.doubles(POINTS, -20, 20).toArray();
  private final KeyGrid grid = new KeyGrid(keys, seconds, REACH, SECOND);

  @Test
  void neverMissesAPointWithinReachNorAtItsVeryEdge() {
    for (int i = 0; i < POINTS; i++) {
      assertThat(grid.near(keys[i], seconds[i])).isTrue();
      for (double share : new double[] {-1, -0.5, 0.3, 1}) {
        assertThat(grid.near(keys[i] + share * REACH, seconds[i] - share * SECOND)).isTrue();
        assertThat(grid.near(keys[i] + share * REACH, seconds[i] + share * SECOND)).isTrue();
      }
    }
  }

  /// A cell is hit by a point's own with a chance of 5,000 x 4 cells of 0.06 x 0.1 in 1,600, and by
  /// hash with at most 4/64 more: 14% in all. More than a quarter of 10,000 has a chance below
  /// 1e-100.
  @Test
  void mostPlacesWithoutAPointAreKnownToHaveNone() {
    int near = 0;
    for (int i = 0; i < 10_000; i++) {
      near += grid.near(random.nextDouble(-20, 20), random.nextDouble(-20, 20)) ? 1 : 0;
    }
    assertThat(near).isBetween(1, 2_500);
  }
}
