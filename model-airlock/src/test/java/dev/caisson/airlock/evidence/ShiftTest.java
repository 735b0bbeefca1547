package dev.caisson.airlock.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.attack.DomainClassifier;
import dev.caisson.airlock.attack.Inputs;
import dev.caisson.airlock.dossier.Check;
import dev.caisson.airlock.statistics.CombinedP;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShiftTest {
  private static final int WIDTH = 4;

  /// 300 tables, members and others drawn alike. If P(p <= a) <= a, more than 33 are at or under
  /// 5%, or more than 13 at 1%, with a chance under 1e-5 each.
  @Test
  void exchangeableSidesAreRarelyToldApart() {
    int atFive = 0;
    int atOne = 0;
    for (int run = 0; run < 300; run++) {
      Sides sides = new Sides(160 + run % 50, 120, 1, 0, run);
      double p =
          CombinedP.of(
              DomainClassifier.trials(
                  sides.inputs(), sides.labels, sides.members, sides.personOf, 20_000, run),
              run);
      atFive += p <= 0.05 ? 1 : 0;
      atOne += p <= 0.01 ? 1 : 0;
    }
    assertThat(atFive).isLessThanOrEqualTo(33);
    assertThat(atOne).isLessThanOrEqualTo(13);
  }

  /// The same with six rows a person that resemble one another: only persons count. 100 tables:
  /// more than 17 at 5% happen with a chance under 1e-5.
  @Test
  void rowsOfOnePersonDoNotMakeADifference() {
    int atFive = 0;
    for (int run = 0; run < 100; run++) {
      Sides sides = new Sides(60, 60, 6, 0, 500 + run);
      double p =
          CombinedP.of(
              DomainClassifier.trials(
                  sides.inputs(), sides.labels, sides.members, sides.personOf, 20_000, run),
              run);
      atFive += p <= 0.05 ? 1 : 0;
    }
    assertThat(atFive).isLessThanOrEqualTo(17);
  }

  @Test
  void membersOfAnotherHospitalAreToldApart() {
    Sides sides = new Sides(500, 500, 1, 0.7, 1);
    Check check = Shift.check(sides.inputs(), sides.labels, sides.members, sides.personOf, 1);
    assertThat(check.status()).isEqualTo(Status.WARN);
    assertThat(check.why())
        .startsWith("members and non-members differ even without the model (AUC 0.")
        .endsWith("LOSS and quantile figures measure that too");
    assertThat(check).isEqualTo(Shift.check(sides.inputs(), sides.labels, sides.members, 1));
  }

  @Test
  void aLabelThatIsCommonerAmongMembersIsToldToo() {
    Sides sides = new Sides(500, 500, 1, 0, 2);
    Arrays.fill(sides.labels, 0, 250, 1);
    assertThat(Shift.check(sides.inputs(), sides.labels, sides.members, 1).status())
        .isEqualTo(Status.WARN);
  }

  @Test
  void tooFewPeopleNeverLookClean() {
    Sides sides = new Sides(100, 39, 1, 0, 3);
    Check check = Shift.check(sides.inputs(), sides.labels, sides.members, 1);
    assertThat(check.status()).isEqualTo(Status.WARN);
    assertThat(check.why()).contains("needs 40 persons a side").endsWith("there are 39");
  }

  private static final class Sides {
    final int members;
    final float[] cells;
    final float[] labels;
    final int[] personOf;

    Sides(int memberPersons, int others, int rowsEach, double apart, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int rows = (memberPersons + others) * rowsEach;
      members = memberPersons * rowsEach;
      cells = new float[rows * WIDTH];
      labels = new float[rows];
      personOf = new int[rows];
      for (int row = 0; row < rows; row++) {
        personOf[row] = row / rowsEach;
        SplittableRandom person = new SplittableRandom(seed * 100_000 + personOf[row]);
        for (int c = 0; c < WIDTH; c++) {
          double own = person.nextGaussian() + 0.1 * random.nextGaussian();
          cells[row * WIDTH + c] = (float) (own + (row < members && c == 2 ? apart : 0));
        }
        labels[row] = random.nextInt(2);
      }
    }

    Inputs inputs() {
      return new Inputs(WIDTH, cells);
    }
  }
}
