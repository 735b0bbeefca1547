package dev.caisson.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.trust.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HoldOutTest {
  private static final Digest PLAN = Digest.ofText("a plan");

  /// The expected values were computed with Python's hmac and hashlib from the definition: fields
  /// with a 4-byte length in front, HMAC-SHA256, first 53 bits below the fraction.
  @Test
  void agreesWithAnIndependentComputation() {
    try (HoldOut holdOut = holdOut(PLAN, 0.25)) {
      List<String> heldOut = ids(40).stream().filter(holdOut::holdsOut).toList();
      assertThat(heldOut)
          .containsExactly(
              "rot-0001",
              "rot-0003",
              "rot-0007",
              "rot-0014",
              "rot-0016",
              "rot-0019",
              "rot-0020",
              "rot-0021",
              "rot-0022",
              "rot-0023",
              "rot-0031",
              "rot-0038");
      assertThat(holdOut.commitment().hex())
          .isEqualTo("adde93bb8458ea778daeb95c5c4544290b4778b15f599aad2978373b8fef0cd0");
    }
  }

  @Test
  void eachPersonIsOnExactlyOneSideWithItsOwnRow() throws Exception {
    Samples all = samples(ids(500));
    HoldOut.Split split = holdOut(PLAN, 0.2).split(all, 1);
    assertThat(split.members().rows() + split.heldOut().rows()).isEqualTo(500);
    for (Samples side : List.of(split.members(), split.heldOut())) {
      for (int row = 0; row < side.rows(); row++) {
        int number = Integer.parseInt(side.ids().get(row).substring(4));
        assertThat(side.feature(row, 0)).isEqualTo(number);
        assertThat(side.label(row)).isEqualTo(number % 2);
      }
    }
  }

  @Test
  void aPersonsSideDoesNotDependOnOtherRowsOrTheirOrder() throws Exception {
    List<String> shuffled = new ArrayList<>(ids(500));
    Collections.shuffle(shuffled, new Random(5));
    HoldOut holdOut = holdOut(PLAN, 0.2);
    Set<String> before = new HashSet<>(holdOut.split(samples(ids(500)), 1).heldOut().ids());
    assertThat(holdOut.split(samples(shuffled), 1).heldOut().ids())
        .containsExactlyInAnyOrderElementsOf(before);
    assertThat(holdOut.split(samples(shuffled.subList(0, 250)), 1).heldOut().ids())
        .allMatch(before::contains);
  }

  /// 10,000 independent coins of chance 0.2: standard deviation 0.004. Five of them would fail a
  /// good draw six times in ten million; the key is fixed, so this draw is always the same.
  @Test
  void holdsOutAboutTheDeclaredFraction() throws Exception {
    HoldOut.Split split = holdOut(PLAN, 0.2).split(samples(ids(10_000)), 1);
    assertThat(split.heldOut().rows() / 10_000.0).isBetween(0.2 - 0.02, 0.2 + 0.02);
  }

  @Test
  void theSamePlanAlwaysDrawsTheSameAndAnotherPlanDrawsAnew() throws Exception {
    Samples all = samples(ids(500));
    HoldOut first = holdOut(PLAN, 0.2);
    HoldOut again = holdOut(Digest.ofText("a plan"), 0.2);
    HoldOut other = holdOut(Digest.ofText("a plan, changed"), 0.2);
    assertThat(again.commitment()).isEqualTo(first.commitment());
    assertThat(again.split(all, 1)).isEqualTo(first.split(all, 1));
    assertThat(other.commitment()).isNotEqualTo(first.commitment());
    assertThat(other.split(all, 1)).isNotEqualTo(first.split(all, 1));
  }

  @Test
  void theCommitmentBindsTheFraction() {
    assertThat(holdOut(PLAN, 0.2).commitment()).isNotEqualTo(holdOut(PLAN, 0.3).commitment());
  }

  @Test
  void refusesASideThatIsEmptyOrTooSmall() {
    Samples few = samples(ids(40)); // 12 of them are held out, see above
    assertThatThrownBy(() -> holdOut(PLAN, 0.25).split(few, 13))
        .isInstanceOf(HoldOut.TooSmallException.class)
        .hasMessage(
            "the hold-out leaves 28 persons to train on and 12 held out, and at least 13 are needed on"
                + " each side; use a larger table or another fraction");
    assertThatThrownBy(() -> holdOut(PLAN, 0.25).split(samples(ids(1)), 1))
        .isInstanceOf(HoldOut.TooSmallException.class)
        .hasMessageContaining("0 persons to train on and 1 held out");
    assertThatThrownBy(() -> holdOut(PLAN, 0.25).split(few, 0)).hasMessageContaining("at least 1");
  }

  @Test
  void refusesAFractionThatMakesNoSense() {
    for (double fraction : new double[] {0, -0.1, 0.51, Double.NaN}) {
      assertThatThrownBy(() -> holdOut(PLAN, fraction))
          .hasMessageContaining("above 0 and at most 0.5, got " + fraction);
    }
  }

  @Test
  void tellsNoSecretAndIsOfNoUseOnceClosed() {
    HoldOut holdOut = holdOut(PLAN, 0.2);
    assertThat(holdOut).hasToString("HoldOut[fraction 0.2, secret seed]");
    holdOut.close();
    assertThatThrownBy(() -> holdOut.holdsOut("p1")).hasMessage("this hold-out was closed");
    assertThatThrownBy(holdOut::commitment).hasMessage("this hold-out was closed");
  }

  /// The key 00 01 02 ... 1f, known to everyone.
  private static HoldOut holdOut(Digest plan, double fraction) {
    byte[] secret = new byte[32];
    for (int i = 0; i < secret.length; i++) {
      secret[i] = (byte) i;
    }
    return SplitKey.insecureForTests(secret).holdOut(plan, fraction);
  }

  private static List<String> ids(int count) {
    return IntStream.rangeClosed(1, count).mapToObj("rot-%04d"::formatted).toList();
  }

  private static Samples samples(List<String> ids) {
    float[] features = new float[ids.size()];
    float[] labels = new float[ids.size()];
    for (int i = 0; i < ids.size(); i++) {
      int number = Integer.parseInt(ids.get(i).substring(4));
      features[i] = number;
      labels[i] = number % 2;
    }
    return new Samples(ids, 1, features, labels);
  }
}
