package dev.caisson.airlock.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.airlock.Finding.Status;
import dev.caisson.airlock.attack.Inputs;
import dev.caisson.airlock.dossier.Check;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DuplicatesTest {
  /// Tables from plain to continuous; the sides are always drawn alike.
  enum Kind {
    FIVE_BINARY(5),
    FIVE_RARE_BINARY(5),
    FIFTEEN_BINARY(15),
    ONE_HOT_TOWNS(12),
    WHOLE_NUMBERS(4),
    AGES_AND_FLAGS(8),
    EVERY_COLUMN_TWICE(12),
    CONTINUOUS(9),
    ONE_CONTINUOUS(8);

    final int width;

    Kind(int width) {
      this.width = width;
    }

    void fill(float[] cells, int at, SplittableRandom random) {
      for (int c = 0; c < width; c++) {
        cells[at + c] = 0;
      }
      switch (this) {
        case FIVE_BINARY, FIFTEEN_BINARY -> flags(cells, at, width, 0.5, random);
        case FIVE_RARE_BINARY -> flags(cells, at, width, 0.05, random);
        case ONE_HOT_TOWNS -> {
          cells[at + random.nextInt(8)] = 1;
          cells[at + 8 + random.nextInt(4)] = 1;
        }
        case WHOLE_NUMBERS -> {
          for (int c = 0; c < width; c++) {
            cells[at + c] = random.nextInt(30);
          }
        }
        case AGES_AND_FLAGS -> {
          flags(cells, at, width, 0.3, random);
          cells[at] = 40 + (int) (10 * random.nextGaussian());
          cells[at + 1] = random.nextInt(12);
        }
        case EVERY_COLUMN_TWICE -> {
          flags(cells, at, 6, 0.4, random);
          System.arraycopy(cells, at, cells, at + 6, 6);
        }
        case CONTINUOUS -> {
          for (int c = 0; c < width; c++) {
            cells[at + c] = (float) random.nextGaussian();
          }
        }
        case ONE_CONTINUOUS -> {
          flags(cells, at, width, 0.5, random);
          cells[at + 3] = (float) random.nextGaussian();
        }
      }
    }

    private static void flags(
        float[] cells, int at, int count, double chance, SplittableRandom random) {
      for (int c = 0; c < count; c++) {
        cells[at + c] = random.nextDouble() < chance ? 1 : 0;
      }
    }
  }

  private static final class Table {
    final Kind kind;
    final float[] cells;
    final float[] labels;

    Table(Kind kind, int rows, long seed) {
      this.kind = kind;
      cells = new float[rows * kind.width];
      labels = new float[rows];
      SplittableRandom random = new SplittableRandom(seed);
      for (int row = 0; row < rows; row++) {
        kind.fill(cells, row * kind.width, random);
        labels[row] = random.nextDouble() < 0.3 ? 1 : 0;
      }
    }

    void copy(int from, int to) {
      System.arraycopy(cells, from * kind.width, cells, to * kind.width, kind.width);
      labels[to] = labels[from];
    }

    Check exact(int members) {
      return Duplicates.check(new Inputs(kind.width, cells), labels, members).getFirst();
    }

    Check near(int members) {
      return Duplicates.check(new Inputs(kind.width, cells), labels, members).getLast();
    }
  }

  /// 200 tables of each kind, sides of unequal size. The stated rate is under 1 of 100 for each
  /// check: more than 9 of 200 at that rate happen with a chance under 1e-4.
  @ParameterizedTest
  @EnumSource
  void rowsThatCoincideByChanceDoNotAlarm(Kind kind) {
    int exact = 0;
    int near = 0;
    for (int run = 0; run < 200; run++) {
      Table table = new Table(kind, 200 + 8 * run, 10_000 + run);
      int members = run % 2 == 0 ? table.labels.length / 2 : table.labels.length * 4 / 5;
      exact += table.exact(members).status() == Status.WARN ? 1 : 0;
      near += table.near(members).status() == Status.WARN ? 1 : 0;
    }
    assertThat(exact).isLessThanOrEqualTo(9);
    assertThat(near).isLessThanOrEqualTo(9);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTINUOUS", "ONE_CONTINUOUS"})
  void oneMemberAmongTheNonMembersIsEnough(Kind kind) {
    Table table = new Table(kind, 1_000, 1);
    table.copy(17, 900);
    Check check = table.exact(600);
    assertThat(check.status()).isEqualTo(Status.WARN);
    assertThat(check.value()).isEqualTo(1 / 400.0);
    assertThat(check.why()).startsWith("1 of 400 non-members' rows (0.25%) equal a member's");
  }

  /// Every person is in the table twice, and the table was split by chance: within and across the
  /// sides there are then as many twins as chance would deal, and still they are no chance.
  @ParameterizedTest
  @EnumSource(names = {"CONTINUOUS", "ONE_CONTINUOUS", "WHOLE_NUMBERS"})
  void aTableThatHoldsEverybodyTwiceIsNotSplitIntoStrangers(Kind kind) {
    Table table = new Table(kind, 600, 2);
    int[] order = dev.caisson.airlock.statistics.Halves.shuffled(600, 3);
    Table doubled = new Table(kind, 600, 2);
    for (int i = 0; i < 600; i++) {
      int from = i / 2;
      System.arraycopy(
          table.cells, from * kind.width, doubled.cells, order[i] * kind.width, kind.width);
      doubled.labels[order[i]] = table.labels[from];
    }
    assertThat(doubled.exact(300).status()).isEqualTo(Status.WARN);
  }

  @Test
  void membersGivenAgainAsNonMembersNeverLookClean() {
    for (Kind kind : Kind.values()) {
      if (kind == Kind.FIVE_BINARY || kind == Kind.FIVE_RARE_BINARY) {
        continue; // nobody is anybody there: 64 kinds of rows
      }
      Table table = new Table(kind, 1_000, 4);
      for (int row = 0; row < 500; row++) {
        table.copy(row, 500 + row);
      }
      Check check = table.exact(500);
      assertThat(check.value()).as("%s", kind).isEqualTo(1.0);
    }
    Table continuous = new Table(Kind.CONTINUOUS, 1_000, 4);
    for (int row = 0; row < 500; row++) {
      continuous.copy(7, 500 + row); // one member as all non-members
    }
    assertThat(continuous.exact(500).status()).isEqualTo(Status.WARN);
  }

  @Test
  void copiesAmongPlainRowsAreSeenByTheirNumber() {
    Table table = new Table(Kind.FIFTEEN_BINARY, 2_000, 5);
    for (int row = 0; row < 100; row++) {
      table.copy(row, 1_900 + row);
    }
    assertThat(table.exact(1_000).status()).isEqualTo(Status.WARN);
  }

  @Test
  void findsAMemberWithOneCellChanged() {
    Table table = new Table(Kind.CONTINUOUS, 1_000, 6);
    table.copy(3, 800);
    table.cells[800 * 9 + 4] += 0.01f;
    assertThat(table.exact(500).status()).isEqualTo(Status.PASS);
    Check near = table.near(500);
    assertThat(near.status()).isEqualTo(Status.WARN);
    assertThat(near.why()).startsWith("1 of 500 non-members' rows");
    assertThat(new Table(Kind.FIVE_BINARY, 100, 6).near(50).why()).startsWith("not applicable");
  }

  /// Among rows that coincide by chance anyway: all non-members are members, each a year older.
  @ParameterizedTest
  @EnumSource(names = {"AGES_AND_FLAGS", "ONE_CONTINUOUS", "CONTINUOUS"})
  void findsAllMembersGivenAgainWithOneColumnMoved(Kind kind) {
    Table table = new Table(kind, 800, 10);
    for (int row = 0; row < 400; row++) {
      table.copy(row, 400 + row);
      table.cells[(400 + row) * kind.width] += 1;
    }
    Check near = table.near(400);
    assertThat(near.status()).as(near.why()).isEqualTo(Status.WARN);
    assertThat(near.why())
        .contains("%) equal a member's in all cells but one")
        .doesNotContain("e+");
  }

  @Test
  void saysHowManyAreTwiceOnTheirOwnSide() {
    Table table = new Table(Kind.CONTINUOUS, 100, 7);
    table.copy(1, 2);
    table.copy(1, 3);
    table.copy(90, 91);
    Check check = table.exact(50);
    assertThat(check.status()).isEqualTo(Status.PASS);
    assertThat(check.why())
        .contains("3 of 50 members' rows and 2 of 50 non-members' have an equal");
  }

  @Test
  void missingValuesAndMinusZeroAreEqualToThemselves() {
    Table table = new Table(Kind.CONTINUOUS, 100, 8);
    table.cells[0] = Float.NaN;
    table.cells[1] = 0f;
    table.copy(0, 99);
    table.cells[99 * 9] = Float.intBitsToFloat(0x7fc00123);
    table.cells[99 * 9 + 1] = -0f;
    assertThat(table.exact(50).value()).isEqualTo(1 / 50.0);
  }

  @Test
  void aLabelThatDiffersMakesNoTwin() {
    Table table = new Table(Kind.CONTINUOUS, 100, 9);
    table.copy(0, 99);
    table.labels[99] = 1 - table.labels[0];
    assertThat(table.exact(50).value()).isZero();
  }
}
