package dev.caisson.airlock.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeldOutTest {
  @Test
  void thresholdsIgnoreThePeopleTheyAreJudgedOn() {
    SplittableRandom random = new SplittableRandom(1);
    double[] members = PermutationTestTest.normal(random, 101, 1);
    double[] others = PermutationTestTest.normal(random, 101, 0);
    Accusations before = HeldOut.of(Trial.of(members, others), 9).atFpr(0.1);
    for (int person : Halves.of(101, 10).second()) {
      others[person] += 50;
    }
    Accusations after = HeldOut.of(Trial.of(members, others), 9).atFpr(0.1);
    assertThat(after.truePositives()).isEqualTo(before.truePositives());
    assertThat(after.falsePositives()).isEqualTo(after.nonMembers()).isEqualTo(50);
  }

  @Test
  void halvesAreDisjointAndWhole() {
    Halves halves = Halves.of(9, 3);
    assertThat(halves.first()).hasSize(5);
    boolean[] seen = new boolean[9];
    for (int person : halves.first()) {
      seen[person] = true;
    }
    for (int person : halves.second()) {
      seen[person] = true;
    }
    assertThat(seen).doesNotContain(false);
  }

  @Test
  void accusesAtMostTheShareAskedForOnTheChoosingHalf() {
    double[] others = new double[40];
    double[] members = new double[10];
    for (int i = 0; i < 40; i++) {
      others[i] = i;
    }
    for (int i = 0; i < 10; i++) {
      members[i] = 4 * i + 0.5;
    }
    int[] choosing = Halves.of(40, 6).first();
    Accusations two = HeldOut.of(Trial.of(members, others), 5).atFpr(0.1);
    Arrays.sort(choosing);
    double threshold = choosing[17]; // two of the twenty choosing lie above
    assertThat(two.truePositives())
        .isEqualTo(Arrays.stream(members).filter(x -> x > threshold).count());
    assertThat(two.members()).isEqualTo(10);
    Accusations everybody = HeldOut.of(Trial.of(members, others), 5).atFpr(1);
    assertThat(everybody.tpr()).isEqualTo(1);
    assertThat(everybody.fpr()).isEqualTo(1);
  }

  @Test
  void logRatiosOfExchangeableSidesRarelyClaimAnything() {
    // joint 95% bounds: at most 5% of 1,000 claims are over 0, at most 81 with a chance of 1 - 1e-5
    SplittableRandom random = new SplittableRandom(2);
    int claims = 0;
    int advantages = 0;
    for (int run = 0; run < 1_000; run++) {
      Trial trial =
          Trial.of(
              PermutationTestTest.normal(random, 150, 0),
              PermutationTestTest.normal(random, 90, 0));
      HeldOut heldOut = HeldOut.of(trial, run);
      claims += heldOut.logRatio(0).value() > 0 ? 1 : 0;
      advantages += heldOut.atLargestAdvantage().advantage().interval().lower() > 0 ? 1 : 0;
    }
    assertThat(claims).isLessThanOrEqualTo(81);
    // one end of a two-sided 95% interval: 2.5%, at most 48 with a chance of 1 - 2e-5
    assertThat(advantages).isLessThanOrEqualTo(48);
  }

  @Test
  void logRatioFindsWhoSurelyIsAndWhoSurelyIsNot() {
    SplittableRandom random = new SplittableRandom(3);
    double[] members = PermutationTestTest.normal(random, 2_000, 0);
    double[] others = PermutationTestTest.normal(random, 2_000, 0);
    for (int i = 0; i < 400; i++) {
      members[i] += 20;
    }
    LogRatio accused = HeldOut.of(Trial.of(members, others), 1).logRatio(0);
    // about 200 of 1,000 against none: log(.176 / .0037) = 3.86; 80 to 320 of 1,000 cannot miss 2.7
    assertThat(accused.mirrored()).isFalse();
    assertThat(accused.value()).isBetween(2.7, 4.5);
    for (int i = 0; i < members.length; i++) {
      members[i] = -members[i];
      others[i] = -others[i];
    }
    LogRatio cleared = HeldOut.of(Trial.of(others, members), 1).logRatio(0);
    assertThat(cleared.mirrored()).isTrue();
    assertThat(cleared.value()).isBetween(2.7, 4.5);
  }

  @Test
  void advantageIsJudgedOnTheOtherHalf() {
    SplittableRandom random = new SplittableRandom(4);
    Trial trial =
        Trial.of(
            PermutationTestTest.normal(random, 4_000, 1),
            PermutationTestTest.normal(random, 4_000, 0));
    Accusations best = HeldOut.of(trial, 1).atLargestAdvantage();
    // 2 Phi(1/2) - 1 = .383; a deviation of the difference is .0146, and 4.4 of them alarm 1e-5
    assertThat(best.advantage().value()).isCloseTo(0.383, within(0.066));
  }
}
