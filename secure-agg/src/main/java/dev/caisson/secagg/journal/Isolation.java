package dev.caisson.secagg.journal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Whether sums over several sets of survivors single out one site (So et al., arXiv 2106.03328):
/// where a site's vector changes little from round to round, a combination of the sums that leaves
/// that site alone leaves its vector. Exact, over the rationals: nobody can choose sets for which
/// it goes wrong.
///
/// Not told: *how much* the vectors did change, and so how good the estimate is.
public final class Isolation {
  private final List<String> sites;
  private final List<BigInteger[]> basis = new ArrayList<>();
  private final List<Integer> pivots = new ArrayList<>();

  private Isolation(Collection<? extends Collection<String>> sums) {
    Set<String> names = new TreeSet<>();
    sums.forEach(names::addAll);
    this.sites = List.copyOf(names);
    sums.forEach(this::add);
  }

  /// Whether the unit vector of `site` lies in the span of the rows of these sums.
  public static boolean singlesOut(String site, Collection<? extends Collection<String>> sums) {
    Isolation span = new Isolation(sums);
    if (!span.sites.contains(site)) {
      return false;
    }
    return pivotOf(span.reduced(span.row(List.of(site)))) < 0;
  }

  private void add(Collection<String> survivors) {
    BigInteger[] rest = reduced(row(survivors));
    int pivot = pivotOf(rest);
    if (pivot >= 0) {
      basis.add(rest);
      pivots.add(pivot);
    }
  }

  private BigInteger[] row(Collection<String> survivors) {
    BigInteger[] row = new BigInteger[sites.size()];
    Arrays.setAll(row, i -> survivors.contains(sites.get(i)) ? BigInteger.ONE : BigInteger.ZERO);
    return row;
  }

  /// What is left of a row after taking off multiples of the basis, scaled to coprime integers.
  private BigInteger[] reduced(BigInteger[] row) {
    BigInteger[] rest = row.clone();
    for (int b = 0; b < basis.size(); b++) {
      BigInteger[] by = basis.get(b);
      BigInteger factor = rest[pivots.get(b)];
      if (factor.signum() != 0) {
        BigInteger scale = by[pivots.get(b)];
        BigInteger divisor = BigInteger.ZERO;
        for (int i = 0; i < rest.length; i++) {
          rest[i] = rest[i].multiply(scale).subtract(by[i].multiply(factor));
          divisor = divisor.gcd(rest[i]);
        }
        if (divisor.signum() != 0) {
          for (int i = 0; i < rest.length; i++) {
            rest[i] = rest[i].divide(divisor);
          }
        }
      }
    }
    return rest;
  }

  private static int pivotOf(BigInteger[] row) {
    for (int i = 0; i < row.length; i++) {
      if (row[i].signum() != 0) {
        return i;
      }
    }
    return -1;
  }
}
