package dev.caisson.airlock.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PermutationTestTest {
  @Test
  void countsTheWaysOfNamingMembers() {
    // members 5, 6, 3 among 1..6: 2 of the 20 ways of naming three have a rank sum of 14 or more
    // (4+5+6, 3+5+6); p is (1 + Bin(9999, .1)) / 10^4, within 4.4 deviations (false alarm 1e-5)
    double p = PermutationTest.p(Trial.of(new double[] {5, 6, 3}, new double[] {1, 2, 4}), 1);
    assertThat(p).isCloseTo(0.1, within(0.0133));
  }

  @Test
  void allThreeWaysOfSamplingAgreeWithTheNormalTail() {
    // 950 a side, distinct: dealt; the same with the smaller side first and last
    SplittableRandom random = new SplittableRandom(3);
    for (int[] sizes : new int[][] {{950, 950}, {300, 4_000}, {4_000, 300}}) {
      double[] members = normal(random, sizes[0], 0.08);
      double[] others = normal(random, sizes[1], 0);
      assertAgrees(members, others);
      // 85% of everybody in one tie: gone through one by one
      assertAgrees(
          Arrays.stream(members).map(x -> Math.max(x, 1.05)).toArray(),
          Arrays.stream(others).map(x -> Math.max(x, 1.05)).toArray());
    }
  }

  private static void assertAgrees(double[] members, double[] others) {
    double sampled = PermutationTest.p(Trial.of(members, others), 7);
    double normal = Auc.of(RankSum.of(members, others)).p();
    // stopping at 1,000 leaves p a deviation of p sqrt((1 - p) / 1000), at most .0122 (at p = 2/3):
    // 4.4 of them alarm 1e-5 each
    assertThat(sampled).isCloseTo(normal, within(0.054));
  }

  @Test
  void manyPeopleGetTheNormalTail() {
    SplittableRandom random = new SplittableRandom(4);
    double[] members = normal(random, 5_000, 0.05);
    double[] others = normal(random, 5_000, 0);
    // the continuity correction shifts z by half a step of U: 1/2 over a deviation of 144,000
    assertThat(PermutationTest.p(Trial.of(members, others), 1))
        .isCloseTo(Auc.of(RankSum.of(members, others)).p(), within(1e-5));
  }

  @Test
  void exchangeableSidesAreRarelySignificant() {
    // 2,000 pairs of sides; at 5% at most 142 and at 1% at most 42 are significant with a chance of
    // 1 - 2e-5 each, if P(p <= alpha) <= alpha
    SplittableRandom random = new SplittableRandom(5);
    for (int levels : new int[] {1_000_000, 2, 5}) {
      int atFive = 0;
      int atOne = 0;
      for (int run = 0; run < 2_000; run++) {
        double[] members = tied(random, 12, levels);
        double[] others = tied(random, 17, levels);
        double p = PermutationTest.p(Trial.of(members, others), run);
        atFive += p <= 0.05 ? 1 : 0;
        atOne += p <= 0.01 ? 1 : 0;
      }
      assertThat(atFive).as("%d levels", levels).isLessThanOrEqualTo(142);
      assertThat(atOne).as("%d levels", levels).isLessThanOrEqualTo(42);
    }
  }

  @Test
  void oneWrongPredictionOfThousandsProvesNothing() {
    // a normal tail would say p = .16 for 0 against 1 of 4,000; that one person is as likely there
    double[] members = new double[4_000];
    double[] others = new double[4_000];
    Arrays.fill(members, 1);
    Arrays.fill(others, 1);
    others[7] = 0;
    // 1,000 / drawn has a deviation of .0112 there; 4.4 of them: false alarm 1e-5
    assertThat(PermutationTest.p(Trial.of(members, others), 2)).isCloseTo(0.5, within(0.05));
  }

  @Test
  void severalPValuesAreJoinedWhateverTheirDependence() {
    assertThat(CombinedP.of(0.03)).isEqualTo(0.03);
    assertThat(CombinedP.of(0.2, 0.03)).isEqualTo(0.06);
    assertThat(CombinedP.of(0.3, 0.02, 0.01)).isCloseTo(0.03, within(1e-15));
    assertThat(CombinedP.of(0.9, 0.8)).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> CombinedP.of(1.1));
  }

  @Test
  void trialsOfTheSamePeopleDoNotAddUpToCertainty() {
    SplittableRandom random = new SplittableRandom(6);
    Trial trial = Trial.of(normal(random, 80, 0.3), normal(random, 60, 0));
    Auc one = Auc.ofTrials(List.of(trial), 1);
    Auc five = Auc.ofTrials(List.of(trial, trial, trial, trial, trial), 1);
    assertThat(five.value()).isCloseTo(one.value(), within(1e-12));
    assertThat(five.sd()).isCloseTo(one.sd(), within(1e-12));
    assertThat(five.p()).isGreaterThanOrEqualTo(one.p());
    assertThat(one.sd()).isCloseTo(Auc.of(trial.ranks()).sd(), within(1e-12));
  }

  static double[] normal(SplittableRandom random, int count, double mean) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = mean + random.nextGaussian();
    }
    return values;
  }

  private static double[] tied(SplittableRandom random, int count, int levels) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(levels);
    }
    return values;
  }
}
