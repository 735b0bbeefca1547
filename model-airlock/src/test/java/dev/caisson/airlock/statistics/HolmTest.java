package dev.caisson.airlock.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class HolmTest {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  @Test
  void adjustsLikeTheTextbook() {
    // R: p.adjust(c(.01, .04, .03, .005), "holm")
    double[] adjusted = Holm.adjusted(0.01, 0.04, 0.03, 0.005);
    assertThat(adjusted).containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
  }

  @Test
  void boundsClearTheirLimitExactlyWhereHolmRejects() {
    SplittableRandom random = new SplittableRandom(1);
    for (int run = 0; run < 500; run++) {
      double[] z = PermutationTestTest.normal(random, 5, 1.8);
      double[] values = new double[5];
      List<Holm.Bound> lower = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        double estimate = z[i];
        values[i] = NORMAL.survivalProbability(estimate); // of "over 0"
        lower.add(confidence -> estimate - NORMAL.inverseSurvivalProbability(1 - confidence));
      }
      double[] adjusted = Holm.adjusted(values);
      double[] bounds = Holm.bounds(0.05, values, lower);
      for (int i = 0; i < 5; i++) {
        assertThat(bounds[i] > 0).isEqualTo(adjusted[i] <= 0.05);
      }
    }
  }

  @Test
  void oneClaimNeedsNoCorrection() {
    double[] bounds = Holm.bounds(0.05, new double[] {0.5}, List.of(confidence -> confidence));
    assertThat(bounds).containsExactly(0.95);
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatIllegalArgumentException().isThrownBy(() -> Holm.adjusted(0.1, Double.NaN));
  }
}
