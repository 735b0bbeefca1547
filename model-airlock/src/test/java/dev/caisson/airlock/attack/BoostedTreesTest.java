package dev.caisson.airlock.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Deterministic under their seeds: these alarm never or always.
class BoostedTreesTest {
  @Test
  void quantilesFollowLevelAndSpreadOfTheirColumns() {
    SplittableRandom random = new SplittableRandom(1);
    int rows = 20_000;
    float[] cells = new float[2 * rows];
    double[] targets = new double[rows];
    for (int row = 0; row < rows; row++) {
      cells[2 * row] = random.nextInt(2);
      cells[2 * row + 1] = random.nextInt(2);
      targets[row] = 3 * cells[2 * row] + (1 + cells[2 * row + 1]) * random.nextGaussian();
    }
    Columns columns = Columns.of(new Inputs(2, cells));
    BoostedTrees upper =
        BoostedTrees.fit(columns, all(rows), targets, new Objective.Pinball(0.9), 1);
    for (int row = 0; row < 40; row++) {
      double truth = 3 * cells[2 * row] + (1 + cells[2 * row + 1]) * 1.2816;
      // 40 steps of .1 leave 1.5% of a start that is off by 3; 5,000 rows a cell leave .05 of
      // sampling
      assertThat(upper.predict(columns, row)).isCloseTo(truth, within(0.2));
    }
  }

  @Test
  void logOddsFollowTheirColumn() {
    SplittableRandom random = new SplittableRandom(2);
    int rows = 20_000;
    float[] cells = new float[rows];
    double[] targets = new double[rows];
    for (int row = 0; row < rows; row++) {
      cells[row] = random.nextInt(2);
      targets[row] = random.nextDouble() < (cells[row] == 1 ? 0.8 : 0.3) ? 1 : 0;
    }
    Columns columns = Columns.of(new Inputs(1, cells));
    BoostedTrees learnt = BoostedTrees.fit(columns, all(rows), targets, new Objective.LogOdds(), 1);
    for (int row = 0; row < 20; row++) {
      double truth = cells[row] == 1 ? Math.log(4) : Math.log(3 / 7.0);
      // Newton steps shrunk by .1 leave .015 of the way; 10,000 rows leave a deviation of .025
      assertThat(learnt.predict(columns, row)).isCloseTo(truth, within(0.13));
    }
  }

  @Test
  void fewRowsGiveTheBestConstant() {
    double[] targets = {5, 1, 4, 2, 3};
    Columns columns = Columns.of(new Inputs(1, new float[] {5, 1, 4, 2, 3}));
    BoostedTrees middle = BoostedTrees.fit(columns, all(5), targets, new Objective.Pinball(0.5), 1);
    assertThat(middle.predict(columns, 0)).isEqualTo(3);
    assertThat(middle.predict(columns, 1)).isEqualTo(3);
  }

  @Test
  void missingValuesAndConstantColumnsAreBorne() {
    int rows = 200;
    float[] cells = new float[2 * rows];
    double[] targets = new double[rows];
    for (int row = 0; row < rows; row++) {
      cells[2 * row] = row % 2 == 0 ? Float.NaN : 1 + row % 3;
      cells[2 * row + 1] = 7;
      targets[row] = row % 3;
    }
    Columns columns = Columns.of(new Inputs(2, cells));
    BoostedTrees fitted =
        BoostedTrees.fit(columns, all(rows), targets, new Objective.Pinball(0.5), 1);
    for (int row = 0; row < rows; row++) {
      assertThat(fitted.predict(columns, row)).isBetween(0.0, 2.0);
    }
  }

  private static int[] all(int rows) {
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    return all;
  }
}
