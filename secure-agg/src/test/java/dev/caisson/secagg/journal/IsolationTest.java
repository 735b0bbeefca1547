package dev.caisson.secagg.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Which sums together leave one site alone.
final class IsolationTest {
  /// So et al., arXiv 2106.03328: no two of these differ by one site, all three leave 7.
  @Test
  void threeSumsLeaveTheOneThatTwoOfThemDoNotHave() {
    List<List<String>> sums = List.of(names(1, 2, 3, 4, 5, 6, 7), names(1, 2, 3), names(4, 5, 6));
    assertThat(Isolation.singlesOut("7", sums)).isTrue();
    for (int site = 1; site <= 6; site++) {
      assertThat(Isolation.singlesOut(Integer.toString(site), sums)).as("%d", site).isFalse();
    }
    assertThat(Isolation.singlesOut("7", sums.subList(0, 2))).isFalse();
    assertThat(Isolation.singlesOut("8", sums)).as("in no sum").isFalse();
    assertThat(Isolation.singlesOut("7", List.of())).isFalse();
  }

  @Test
  void twoSumsThatDifferByOneLeaveThatOne() {
    List<List<String>> sums = List.of(names(1, 2, 3, 4), names(1, 2, 3));
    assertThat(Isolation.singlesOut("4", sums)).isTrue();
    assertThat(Isolation.singlesOut("1", sums)).isFalse();
  }

  @Test
  void theSameSumAgainTellsNothingNew() {
    assertThat(Isolation.singlesOut("1", Collections.nCopies(50, names(1, 2, 3)))).isFalse();
  }

  /// Every pair of three: half of (12) + (13) - (23) is 1.
  @Test
  void coefficientsNeedNotBeWhole() {
    List<List<String>> pairs = List.of(names(1, 2), names(1, 3), names(2, 3));
    for (int site = 1; site <= 3; site++) {
      assertThat(Isolation.singlesOut(Integer.toString(site), pairs)).isTrue();
    }
  }

  /// Sums of which the null space is: a(i+1) = 2 a(i), 61 times, and a(61) = a(0). Over the
  /// rationals (2^61 - 1) a(0) = 0, so every site is alone; modulo 2^61 - 1, the prime that this
  /// module shares secrets over, anything solves it, and nobody is. `n` is a copy with its sign
  /// turned.
  @Test
  void aComputationModuloAPrimeWouldMissIt() {
    List<List<String>> sums = doublings(61);
    sums.add(List.of("a61", "n0"));
    assertThat(Isolation.singlesOut("a0", sums)).isTrue();
    assertThat(modular(sums, "a0", (1L << 61) - 1)).as("what a field would say").isFalse();
    assertThat(modular(sums, "a0", (1L << 31) - 1)).as("another prime is right here").isTrue();
  }

  /// And the other way about: here x = (2^61 - 1) a(0), which is anything over the rationals and
  /// nought modulo the prime.
  @Test
  void aComputationModuloAPrimeWouldCryWolf() {
    List<List<String>> sums = doublings(61);
    sums.add(List.of("minus x", "x"));
    sums.add(List.of("minus x", "a61", "n0"));
    assertThat(Isolation.singlesOut("x", sums)).isFalse();
    assertThat(modular(sums, "x", (1L << 61) - 1)).as("what a field would say").isTrue();
  }

  /// a(0), and for each i: n(i) = -a(i), copy(i) = a(i), n(i+1) = -(a(i) + copy(i)), a(i+1) =
  /// -n(i+1).
  private static List<List<String>> doublings(int times) {
    List<List<String>> sums = new ArrayList<>();
    sums.add(List.of("a0", "n0"));
    for (int i = 0; i < times; i++) {
      sums.add(List.of("copy" + i, "n" + i));
      sums.add(List.of("n" + (i + 1), "a" + i, "copy" + i));
      sums.add(List.of("a" + (i + 1), "n" + (i + 1)));
    }
    return sums;
  }

  /// Against Gauss-Jordan elimination over fractions, on the transposed system: does some weighting
  /// of the sums give the unit vector?
  @Test
  void agreesWithRationalEliminationOnRandomSums() {
    SplittableRandom random = new SplittableRandom(9);
    int alone = 0;
    for (int trial = 0; trial < 1500; trial++) {
      int sites = random.nextInt(2, 8);
      List<List<String>> sums = new ArrayList<>();
      for (int i = random.nextInt(1, 8); i > 0; i--) {
        int subset = random.nextInt(1, 1 << sites);
        sums.add(names(IntStream.range(0, sites).filter(s -> (subset >> s & 1) == 1).toArray()));
      }
      for (int site = 0; site < sites; site++) {
        boolean expected = Fractions.spans(sums, Integer.toString(site));
        assertThat(Isolation.singlesOut(Integer.toString(site), sums))
            .as("%s of %s", site, sums)
            .isEqualTo(expected);
        alone += expected ? 1 : 0;
      }
    }
    assertThat(alone).as("both answers occur").isBetween(1000, 6000);
  }

  private static List<String> names(int... members) {
    return IntStream.of(members).mapToObj(Integer::toString).toList();
  }

  /// What elimination modulo a prime says.
  private static boolean modular(List<List<String>> sums, String site, long prime) {
    return Fractions.spans(sums, site, BigInteger.valueOf(prime));
  }
}
