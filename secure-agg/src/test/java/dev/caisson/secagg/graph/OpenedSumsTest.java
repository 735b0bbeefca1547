package dev.caisson.secagg.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class OpenedSumsTest {
  private static final MathContext DIGITS = new MathContext(60);

  /// The bound against the same sum in exact fractions.
  @Test
  void theBoundIsTheOneOfTheArgument() {
    for (int[] c : new int[][] {{12, 2, 4, 3}, {60, 5, 20, 14}, {100, 5, 16, 11}}) {
      OpenedSums sums = new OpenedSums(c[0], c[1], new GraphParameters(c[2], c[3]));
      double exact = exactLog2(c[0], c[1], c[2], c[3]);
      assertThat(sums.log2OfHalfOrLess()).isCloseTo(exact, within(1e-6 + bump(c)));
    }
  }

  /// (1 + P)^h - 1 is bounded by h P e^(h P), at most this much above.
  private static double bump(int[] c) {
    double p = Math.exp(new Hypergeometric(c[0] - 1, c[1], c[2]).logAtLeast(c[3]));
    return (c[0] - c[1]) * p * 1.5;
  }

  private static double exactLog2(int n, int c, int k, int t) {
    int h = n - c;
    BigDecimal sum = BigDecimal.ZERO;
    for (int g = 0; g <= h / 2; g++) {
      BigInteger reached = BigInteger.ZERO;
      for (int x = t; x <= Math.min(k, c + g); x++) {
        reached = reached.add(choose(c + g, x).multiply(choose(n - 1 - c - g, k - x)));
      }
      BigDecimal p = new BigDecimal(reached).divide(new BigDecimal(choose(n - 1, k)), DIGITS);
      BigDecimal rest = BigDecimal.ONE.add(p).pow(h - g, DIGITS);
      sum =
          sum.add(
              g == 0
                  ? rest.subtract(BigDecimal.ONE)
                  : new BigDecimal(choose(h, g)).multiply(p.pow(g, DIGITS)).multiply(rest),
              DIGITS);
    }
    return Math.log(sum.doubleValue()) / Math.log(2);
  }

  private static BigInteger choose(int n, int k) {
    BigInteger c = BigInteger.ONE;
    if (k < 0 || k > n) {
      return BigInteger.ZERO;
    }
    for (int i = 0; i < k; i++) {
      c = c.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1));
    }
    return c;
  }

  /// Draws are played out on a graph that is too weak, and every set of at most half of the honest
  /// is tried as answerers: a sum opens, and no more often than the bound says. At this size the
  /// bound, 0.19, is loose: about 0.004 of all plays open one (it lets a site draw itself, and
  /// counts a play once for each set that opens). Six standard deviations above it are allowed,
  /// which chance exceeds with probability below 10^-8 even where the bound is met with equality.
  @Test
  void smallGraphsAreOpenedNoMoreOftenThanTheBoundSays() {
    int n = 10;
    int corrupt = 3;
    GraphParameters parameters = new GraphParameters(4, 4);
    double bound = Math.pow(2, new OpenedSums(n, corrupt, parameters).log2OfHalfOrLess());
    assertThat(bound).isCloseTo(0.191, within(0.001));
    SplittableRandom random = new SplittableRandom(11);
    int opened = 0;
    int plays = 2000;
    for (int play = 0; play < plays; play++) {
      opened += isOpened(n, corrupt, parameters, random) ? 1 : 0;
    }
    assertThat(opened).as("it does happen").isPositive();
    assertThat((double) opened / plays)
        .isLessThan(bound + 6 * Math.sqrt(bound * (1 - bound) / plays));
  }

  private static boolean isOpened(
      int n, int corrupt, GraphParameters parameters, SplittableRandom random) {
    int honest = n - corrupt; // members 0 to honest - 1
    int[] drawn = new int[honest];
    for (int site = 0; site < honest; site++) {
      while (Integer.bitCount(drawn[site]) < parameters.degree()) {
        int other = random.nextInt(n);
        drawn[site] |= other == site ? 0 : 1 << other;
      }
    }
    int league = ((1 << n) - 1) & -(1 << honest);
    for (int answerers = 0; answerers < 1 << honest; answerers++) {
      if (2 * Integer.bitCount(answerers) <= honest) {
        int opened = 0;
        for (int site = 0; site < honest; site++) {
          if (Integer.bitCount(drawn[site] & (answerers | league)) >= parameters.threshold()) {
            opened |= 1 << site;
          }
        }
        if (opened != 0 && (opened & answerers) == answerers) {
          return true;
        }
      }
    }
    return false;
  }

  /// Google's rows for a semi-malicious coordinator, at a few thousand sites and where few enough
  /// may drop out, hold here as they are; those that assume nobody corrupt do not.
  @Test
  void whatTheSearchFindsIsNotEnoughByItself() {
    assertThat(bits(1000, 50, 52, 37)).isLessThan(-120);
    assertThat(bits(5000, 250, 60, 42)).isLessThan(-100);
    assertThat(bits(1000, 0, 228, 115)).as("half of all, divided").isPositive();
    assertThat(bits(100, 5, 72, 39)).isPositive();
  }

  private static double bits(int sites, int corrupt, int degree, int threshold) {
    return new OpenedSums(sites, corrupt, new GraphParameters(degree, threshold))
        .log2OfHalfOrLess();
  }

  /// The table of the protocol's page: sites, degree, threshold, corrupt, two thirds of the sites,
  /// and the bound for both sizes of U1. No U1 in between is worse than the smaller.
  @Test
  void theCoordinatorsChoiceOfU1IsWithinTheBound() {
    int[][] table = {
      {300, 38, 27, 15, 200, -647, -391},
      {1000, 52, 37, 50, 667, -132, -110},
      {2000, 56, 40, 100, 1334, -128, -105},
      {5000, 58, 41, 250, 3334, -122, -99}
    };
    for (int[] row : table) {
      assertThat(new GraphPolicy.Assuming(0.05, 0.05, 100).sparsest(row[0], 0))
          .contains(of(row[1], row[2], row[3]));
      assertThat(bits(row[0], row[3], row[1], row[2])).isBetween(row[5] - 1.0, (double) row[5]);
      assertThat(bits(row[4], row[3], row[1], row[2])).isBetween(row[6] - 1.0, (double) row[6]);
      for (int members = row[4]; members < row[0]; members += row[0] / 10) {
        assertThat(bits(members, row[3], row[1], row[2]))
            .isLessThanOrEqualTo(bits(row[4], row[3], row[1], row[2]));
      }
    }
  }

  @Test
  void aHigherThresholdIsSaferAndMoreCorruptAreNot() {
    for (int t = 32; t < 52; t++) {
      assertThat(bits(1000, 50, 52, t + 1)).isLessThan(bits(1000, 50, 52, t));
      assertThat(bits(1000, 60, 52, t)).isGreaterThan(bits(1000, 50, 52, t) - 1e-9);
    }
  }

  @Test
  void moreThanHalfOfTheHonestHaveAnsweredToWhateverIsOpened() {
    OpenedSums sums = new OpenedSums(1000, 50, new GraphParameters(52, 37));
    assertThat(sums.answersBeyond()).isBetween(475, 700);
    GraphGuarantee promise = GraphGuarantee.of(sums);
    assertThat(promise.alpha()).isGreaterThanOrEqualTo(0.475);
    assertThat(promise.others()).isEqualTo(sums.answersBeyond());
  }

  @Test
  void refusesMoreCorruptOrNeighboursThanThereAreSites() {
    GraphParameters parameters = new GraphParameters(6, 5);
    assertThatThrownBy(() -> new OpenedSums(6, 0, parameters)).hasMessageContaining("degree 6");
    assertThatThrownBy(() -> new OpenedSums(10, 10, parameters)).hasMessageContaining("10 corrupt");
  }

  @Test
  void tailsAreThoseOfTheExactDistribution() {
    for (int[] c :
        new int[][] {{40, 10, 12}, {40, 30, 12}, {41, 20, 41}, {25, 0, 7}, {30, 30, 5}}) {
      Hypergeometric x = new Hypergeometric(c[0], c[1], c[2]);
      BigInteger all = choose(c[0], c[2]);
      BigInteger upper = BigInteger.ZERO;
      for (int at = c[2]; at >= 0; at--) {
        upper = upper.add(choose(c[1], at).multiply(choose(c[0] - c[1], c[2] - at)));
        double exact = new BigDecimal(upper).divide(new BigDecimal(all), DIGITS).doubleValue();
        assertThat(Math.exp(x.logAtLeast(at))).isCloseTo(exact, within(1e-12 + exact * 1e-11));
        assertThat(Math.exp(x.logAtMost(at - 1))).isCloseTo(1 - exact, within(1e-12));
      }
    }
  }

  @Test
  void aPolicyFindsAGraphThatItAcceptsItselfAndRefusesWeakerOnes() {
    GraphPolicy.Assuming policy = new GraphPolicy.Assuming(0.05, 0.1, 200);
    for (int sites : new int[] {200, 300, 1000, 2000}) {
      Topology.Regular graph = policy.sparsest(sites, 3).orElseThrow();
      int degree = graph.parameters().degree();
      int threshold = graph.parameters().threshold();
      assertThat(graph.corrupt()).isEqualTo(sites / 20);
      assertThat(policy.objection(graph, sites, 3)).isEmpty();
      assertThat(policy.objectionAmong(graph, sites - sites / 10)).isEmpty();
      List<Optional<String>> refusals = new ArrayList<>();
      refusals.add(policy.objection(of(degree, threshold - 1, sites / 20), sites, 3));
      refusals.add(policy.objection(of(degree, threshold, sites / 20 - 1), sites, 3));
      refusals.add(policy.objection(of(degree / 2, threshold / 2 + 1, sites / 20), sites, 3));
      refusals.add(policy.objection(graph, sites, sites / 20 + 1));
      refusals.add(policy.objection(graph, 199, 3));
      refusals.add(policy.objectionAmong(graph, degree));
      refusals.add(new GraphPolicy.Never().objection(graph, sites, 3));
      assertThat(refusals).as("%d sites", sites).allMatch(Optional::isPresent);
    }
    assertThat(policy.sparsest(199, 0)).isEmpty();
  }

  private static Topology.Regular of(int degree, int threshold, int corrupt) {
    return new Topology.Regular(new GraphParameters(degree, threshold), corrupt);
  }

  @Test
  void refusesAssumptionsThatNoGraphStands() {
    assertThatThrownBy(() -> new GraphPolicy.Assuming(0.3, 0.31, 200))
        .hasMessageContaining("must be at most 0.9");
    assertThatThrownBy(() -> new GraphPolicy.Assuming(0.05, 0.05, 99))
        .hasMessageContaining("100 and more, got 99");
    assertThatThrownBy(() -> new GraphPolicy.Assuming(Double.NaN, 0, 100))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
