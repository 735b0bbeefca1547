package dev.caisson.airlock.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClusterBootstrapTest {
  @Test
  void singleRowsGiveAboutDeLongsInterval() {
    SplittableRandom random = new SplittableRandom(1);
    double[] members = PermutationTestTest.normal(random, 200, 0.5);
    double[] others = PermutationTestTest.normal(random, 150, 0);
    Interval drawn = ClusterBootstrap.interval(members, own(200, 1), others, own(150, 1), 5);
    Interval normal = Auc.of(RankSum.of(members, others)).interval();
    // the 26th of 1,000 has a deviation of .0134 widths of sd = .03 / .1: see any order statistic;
    // 4.4 of them, and .002 for the skew
    assertThat(drawn.lower()).isCloseTo(normal.lower(), within(0.017));
    assertThat(drawn.upper()).isCloseTo(normal.upper(), within(0.017));
  }

  @Test
  void intervalsOfGroupedRowsCoverAsOftenAsTheySay() {
    // six rows a person share most of their score. 300 intervals around .5 at 95%, a little less
    // for
    // 60 persons a side: at 93% at least 258 cover with a chance of 1 - 1e-5
    SplittableRandom random = new SplittableRandom(2);
    int covered = 0;
    int naive = 0;
    for (int run = 0; run < 300; run++) {
      double[] members = grouped(random, 60, 6);
      double[] others = grouped(random, 60, 6);
      covered +=
          ClusterBootstrap.interval(members, own(60, 6), others, own(60, 6), run).contains(0.5)
              ? 1
              : 0;
      naive += Auc.of(RankSum.of(members, others)).interval().contains(0.5) ? 1 : 0;
    }
    assertThat(covered).isGreaterThanOrEqualTo(258);
    // counting rows as people covers some 58% instead: 4.4 deviations under 75%
    assertThat(naive).isLessThan(225);
  }

  private static double[] grouped(SplittableRandom random, int persons, int rows) {
    double[] scores = new double[persons * rows];
    for (int person = 0; person < persons; person++) {
      double own = random.nextGaussian();
      for (int row = 0; row < rows; row++) {
        scores[person * rows + row] = own + 0.5 * random.nextGaussian();
      }
    }
    return scores;
  }

  private static int[] own(int persons, int rows) {
    int[] names = new int[persons * rows];
    for (int i = 0; i < names.length; i++) {
      names[i] = 1_000 - i / rows;
    }
    return names;
  }
}
