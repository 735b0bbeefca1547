package dev.caisson.airlock.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// p-values against a limit and the bounds that are shown beside them say the same.
class LimitTestsTest {
  @Test
  void aBoundClearsTheLimitExactlyWhereThePValueIsSmall() {
    SplittableRandom random = new SplittableRandom(1);
    int over = 0;
    int under = 0;
    for (int run = 0; run < 2_000; run++) {
      Auc auc = auc(random);
      double limit = 0.05 + 0.9 * random.nextDouble();
      double alpha = 0.001 + 0.2 * random.nextDouble();
      boolean cleared = auc.lowerBound(1 - alpha) > limit;
      assertThat(auc.pOver(limit) <= alpha).as("%s over %s", auc, limit).isEqualTo(cleared);
      over += cleared ? 1 : 0;
      cleared = auc.upperBound(1 - alpha) < limit;
      assertThat(auc.pUnder(limit) <= alpha).as("%s under %s", auc, limit).isEqualTo(cleared);
      under += cleared ? 1 : 0;
    }
    assertThat(over).isGreaterThan(200);
    assertThat(under).isGreaterThan(200);
  }

  @Test
  void countsAreTestedExactly() {
    // R: binom.test(12, 200, .03, "greater")$p.value and binom.test(2, 200, .03, "less")$p.value
    assertThat(ClopperPearson.pOver(12, 200, 0.03)).isCloseTo(tail(12, 200, 0.03), within(1e-12));
    assertThat(ClopperPearson.pUnder(2, 200, 0.03))
        .isCloseTo(1 - tail(3, 200, 0.03), within(1e-12));
    assertThat(ClopperPearson.pOver(0, 200, 0.03)).isEqualTo(1);
    assertThat(ClopperPearson.pUnder(200, 200, 0.03)).isEqualTo(1);
    assertThat(ClopperPearson.pOver(5, 5, 0.5)).isCloseTo(1.0 / 32, within(1e-15));
    assertThat(ClopperPearson.pUnder(0, 5, 0.5)).isCloseTo(1.0 / 32, within(1e-15));
    SplittableRandom random = new SplittableRandom(2);
    for (int run = 0; run < 2_000; run++) {
      int n = 1 + random.nextInt(400);
      int k = random.nextInt(n + 1);
      double limit = 0.01 + 0.98 * random.nextDouble();
      double alpha = 0.001 + 0.2 * random.nextDouble();
      assertThat(ClopperPearson.pOver(k, n, limit) <= alpha)
          .isEqualTo(ClopperPearson.lowerBound(k, n, 1 - alpha) >= limit);
      assertThat(ClopperPearson.pUnder(k, n, limit) <= alpha)
          .isEqualTo(ClopperPearson.upperBound(k, n, 1 - alpha) <= limit);
    }
  }

  @Test
  void sidesThatDoNotOverlapAreJudgedByTheirNumbers() {
    Auc three = Auc.of(RankSum.of(new double[] {4, 5, 6}, new double[] {1, 2, 3}));
    assertThat(three.pOver(0.65)).isCloseTo(0.65 * 0.65 * 0.65, within(1e-12));
    assertThat(three.pUnder(0.65)).isEqualTo(1);
    assertThat(three.hasSpread()).isTrue();
  }

  @Test
  void scoresThatAllTieHaveNoSpread() {
    Auc tied = Auc.of(RankSum.of(new double[] {1, 1}, new double[] {1, 1}));
    assertThat(tied.hasSpread()).isFalse();
    assertThat(tied.pOver(0.65)).isEqualTo(1);
    assertThat(tied.pInverted()).isEqualTo(1);
  }

  @Test
  void aRatioOfRatesIsOverItsLimitExactlyWhereItsBoundIs() {
    SplittableRandom random = new SplittableRandom(4);
    int over = 0;
    for (int run = 0; run < 2_000; run++) {
      int members = 1 + random.nextInt(2_000);
      int others = 1 + random.nextInt(2_000);
      Accusations some =
          new Accusations(
              random.nextInt(members + 1), members, random.nextInt(1 + others / 10), others);
      double limit = 10 * random.nextDouble();
      double alpha = 0.001 + 0.2 * random.nextDouble();
      boolean shown = some.ratioLowerBound(1 - alpha) > limit;
      assertThat(some.pRatioOver(limit) <= alpha).as("%s over %s", some, limit).isEqualTo(shown);
      over += shown ? 1 : 0;
    }
    assertThat(over).isBetween(200, 1_800);
    assertThat(new Accusations(0, 10, 0, 10).ratioLowerBound(0.95)).isZero();
    assertThat(new Accusations(0, 10, 0, 10).pRatioOver(5)).isEqualTo(1);
  }

  @Test
  void aLimitIsBetweenNoneAndAll() {
    Auc auc = auc(new SplittableRandom(3));
    assertThatIllegalArgumentException().isThrownBy(() -> auc.pOver(1));
    assertThatIllegalArgumentException().isThrownBy(() -> auc.pUnder(Double.NaN));
  }

  private static Auc auc(SplittableRandom random) {
    int n = 2 + random.nextInt(60);
    double shift = random.nextInt(5) == 0 ? 5 : 2 * random.nextDouble() - 1;
    double[] members = new double[n];
    double[] others = new double[n];
    for (int i = 0; i < n; i++) {
      members[i] = random.nextDouble() + shift;
      others[i] = random.nextDouble();
    }
    return Auc.of(RankSum.of(members, others));
  }

  /// P(Bin(n, p) >= k), summed.
  private static double tail(int k, int n, double p) {
    double below = 0;
    double term = Math.pow(1 - p, n);
    for (int i = 0; i < k; i++) {
      below += term;
      term *= p / (1 - p) * (n - i) / (i + 1);
    }
    return 1 - below;
  }
}
