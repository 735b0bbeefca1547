package dev.caisson.airlock.evidence;

import java.util.function.IntUnaryOperator;

/// Rows of one side, and what each person's rows add to a metric.
final class Spread {
  private final int from;
  private final int to;
  private final int[] personOf;
  private final double[] added; // by person, 0..most
  private final int persons;

  interface Value {
    double of(int row);
  }

  /// Rows `from` to `to`; `personOf` names each row's person, of all rows.
  Spread(int from, int to, int[] personOf) {
    if (from < 0 || from >= to || to > personOf.length) {
      throw new IllegalArgumentException(
          "rows %d to %d of %d".formatted(from, to, personOf.length));
    }
    this.from = from;
    this.to = to;
    this.personOf = personOf;
    int most = 0;
    for (int row = from; row < to; row++) {
      most = Math.max(most, personOf[row]);
    }
    this.added = new double[most + 1];
    this.persons = count(row -> 1);
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int rows() {
    return to - from;
  }

  int persons() {
    return persons;
  }

  int personOf(int row) {
    return personOf[row];
  }

  /// Persons with a row for which this is not 0.
  int count(IntUnaryOperator counted) {
    boolean[] seen = new boolean[added.length];
    int count = 0;
    for (int row = from; row < to; row++) {
      if (!seen[personOf[row]] && counted.applyAsInt(row) != 0) {
        seen[personOf[row]] = true;
        count++;
      }
    }
    return count;
  }

  double mean(Value value) {
    double sum = 0;
    for (int row = from; row < to; row++) {
      sum += value.of(row);
    }
    return sum / rows();
  }

  /// Adds this for each row to its person.
  Spread add(Value value) {
    for (int row = from; row < to; row++) {
      added[personOf[row]] += value.of(row);
    }
    return this;
  }

  /// Adds this to each person once.
  Spread addEach(double value) {
    boolean[] seen = new boolean[added.length];
    for (int row = from; row < to; row++) {
      added[personOf[row]] += seen[personOf[row]] ? 0 : value;
      seen[personOf[row]] = true;
    }
    return this;
  }

  /// The root of the sum of squares over persons, for a mean that was estimated from them.
  double sd() {
    double squares = 0;
    for (double one : added) {
      squares += one * one;
    }
    return Math.sqrt(squares * persons / Math.max(1, persons - 1));
  }
}
