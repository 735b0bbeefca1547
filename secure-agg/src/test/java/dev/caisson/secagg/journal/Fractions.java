package dev.caisson.secagg.journal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Plain Gauss elimination of an augmented matrix, over fractions or modulo a prime: whether some
/// weighting of sums is one site's unit vector. Slow, and nothing else.
final class Fractions {
  private record Fraction(BigInteger over, BigInteger under) {
    static Fraction of(long value) {
      return new Fraction(BigInteger.valueOf(value), BigInteger.ONE);
    }

    boolean isZero() {
      return over.signum() == 0;
    }

    Fraction inverse() {
      return new Fraction(/* over= */ under, /* under= */ over);
    }
  }

  private final Optional<BigInteger> prime;

  private Fractions(Optional<BigInteger> prime) {
    this.prime = prime;
  }

  static boolean spans(List<List<String>> sums, String site) {
    return new Fractions(Optional.empty()).solvable(sums, site);
  }

  static boolean spans(List<List<String>> sums, String site, BigInteger prime) {
    return new Fractions(Optional.of(prime)).solvable(sums, site);
  }

  /// One equation a site: its weights over the sums that it is in add up to 1 for `site`, else to
  /// 0.
  private boolean solvable(List<List<String>> sums, String site) {
    TreeSet<String> sites = new TreeSet<>();
    sums.forEach(sites::addAll);
    List<Fraction[]> rows = new ArrayList<>();
    for (String equation : sites) {
      Fraction[] row = new Fraction[sums.size() + 1];
      for (int i = 0; i < sums.size(); i++) {
        row[i] = Fraction.of(sums.get(i).contains(equation) ? 1 : 0);
      }
      row[sums.size()] = Fraction.of(equation.equals(site) ? 1 : 0);
      rows.add(row);
    }
    int rank = 0;
    for (int column = 0; column < sums.size() && rank < rows.size(); column++) {
      int pivot = rank;
      while (pivot < rows.size() && rows.get(pivot)[column].isZero()) {
        pivot++;
      }
      if (pivot == rows.size()) {
        continue;
      }
      Fraction[] by = rows.set(pivot, rows.get(rank));
      rows.set(rank, by);
      for (int r = rank + 1; r < rows.size(); r++) {
        takeOff(rows.get(r), by, column);
      }
      rank++;
    }
    int weights = sums.size();
    return sites.contains(site)
        && rows.subList(rank, rows.size()).stream().allMatch(row -> row[weights].isZero());
  }

  private void takeOff(Fraction[] row, Fraction[] by, int column) {
    if (row[column].isZero()) {
      return;
    }
    Fraction factor = times(row[column], by[column].inverse());
    for (int i = column; i < row.length; i++) {
      Fraction product = times(factor, by[i]);
      row[i] =
          reduced(
              row[i].over.multiply(product.under).subtract(product.over.multiply(row[i].under)),
              row[i].under.multiply(product.under));
    }
  }

  private Fraction times(Fraction a, Fraction b) {
    return reduced(a.over.multiply(b.over), a.under.multiply(b.under));
  }

  private Fraction reduced(BigInteger over, BigInteger under) {
    if (prime.isPresent()) {
      BigInteger p = prime.get();
      return new Fraction(over.multiply(under.modInverse(p)).mod(p), BigInteger.ONE);
    }
    BigInteger divisor = over.gcd(under);
    return new Fraction(over.divide(divisor), under.divide(divisor));
  }
}
