package dev.caisson.secagg.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class IsolationTest {
  @Test
  void whoeverDropsOutOnceIsSingledOutByTheTwoSums() {
    List<List<String>> sums = List.of(List.of("a", "b", "c", "d"), List.of("a", "b", "c"));
    assertThat(Isolation.singlesOut("d", sums)).isTrue();
    assertThat(Isolation.singlesOut("a", sums)).isFalse();
  }

  /// Sums that differ by three members each time, and still leave one alone.
  @Test
  void rowsThatDifferByManyMembersCanSingleOneOut() {
    List<List<String>> sums =
        List.of(
            List.of("1", "2", "3", "4", "5", "6", "7"),
            List.of("1", "2", "3"),
            List.of("4", "5", "6"));
    assertThat(Isolation.singlesOut("7", sums)).isTrue();
    for (String other : sums.get(1)) {
      assertThat(Isolation.singlesOut(other, sums)).isFalse();
    }
  }

  @Test
  void aCohortThatStaysWholeSinglesNobodyOutHoweverOftenItIsSummed() {
    List<String> all = List.of("a", "b", "c");
    assertThat(Isolation.singlesOut("a", List.of(all, all, all))).isFalse();
    assertThat(Isolation.singlesOut("a", List.of())).isFalse();
    assertThat(Isolation.singlesOut("elsewhere", List.of(all))).isFalse();
  }

  /// Random sets over five sites, against a search for integer coefficients. By Cramer's rule and
  /// Hadamard's bound no coefficient of at most three 0-1 rows, scaled to integers, is above 2.
  @Test
  void agreesWithASearchForCoefficients() {
    SplittableRandom random = new SplittableRandom(12);
    List<String> names = List.of("a", "b", "c", "d", "e");
    int singled = 0;
    for (int i = 0; i < 400; i++) {
      List<List<String>> sums = new ArrayList<>();
      for (int row = 0; row < 1 + i % 3; row++) {
        List<String> survivors = names.stream().filter(name -> random.nextInt(3) > 0).toList();
        sums.add(survivors);
      }
      for (String site : names) {
        boolean found = search(site, names, sums, new int[sums.size()], 0);
        assertThat(Isolation.singlesOut(site, sums)).as("%s in %s", site, sums).isEqualTo(found);
        singled += found ? 1 : 0;
      }
    }
    assertThat(singled).as("both answers occur").isBetween(50, 1900);
  }

  /// Elements of an elimination over 64 sites pass 64 bits by far.
  @Test
  void isExactWhereElementsGrowLarge() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      names.add("s%02d".formatted(i));
    }
    SplittableRandom random = new SplittableRandom(3);
    List<List<String>> sums = new ArrayList<>();
    for (int row = 0; row < 64; row++) {
      sums.add(names.stream().filter(name -> random.nextBoolean()).toList());
    }
    // 64 random rows over 64 sites are of full rank but for a chance of 2^-50 or so
    assertThat(names).allMatch(name -> Isolation.singlesOut(name, sums));
    sums.removeLast();
    assertThat(names).anyMatch(name -> !Isolation.singlesOut(name, sums));
  }

  private static boolean search(
      String site, List<String> names, List<List<String>> sums, int[] by, int at) {
    if (at == by.length) {
      int own = 0;
      for (String name : names) {
        int total = 0;
        for (int row = 0; row < by.length; row++) {
          total += sums.get(row).contains(name) ? by[row] : 0;
        }
        if (name.equals(site)) {
          own = total;
        } else if (total != 0) {
          return false;
        }
      }
      return own != 0;
    }
    for (by[at] = -3; by[at] <= 3; by[at]++) {
      if (search(site, names, sums, by, at + 1)) {
        return true;
      }
    }
    return false;
  }
}
