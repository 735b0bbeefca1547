package dev.caisson.airlock.structure;

import dev.caisson.airlock.rows.RowTable;
import java.util.Arrays;
import java.util.stream.IntStream;

/// The members' rows, whose each is, and their labels or classes. `inner` says that the rows are as
/// the trees see them, where a model transforms its inputs first; otherwise they are the model's
/// inputs. Prints its size only.
public final class Members {
  private final RowTable rows;
  private final float[] labels;
  private final boolean inner;
  private final int persons;
  private final int[] order; // rows, those of one person behind one another
  private final int[] personOf;

  /// Each row is a person.
  public Members(RowTable rows, float[] labels, boolean inner) {
    this(rows, labels, IntStream.range(0, labels.length).toArray(), inner);
  }

  /// `personOf` names each row's person by numbers from 0; some may have no row here.
  public Members(RowTable rows, float[] labels, int[] personOf, boolean inner) {
    if (rows.rows() != labels.length || labels.length == 0 || personOf.length != labels.length) {
      throw new IllegalArgumentException(
          "%s for %d labels of %d".formatted(rows, labels.length, personOf.length));
    }
    this.rows = rows;
    this.labels = labels.clone();
    this.inner = inner;
    this.personOf = personOf;
    int[] from = new int[Arrays.stream(personOf).max().orElseThrow() + 2];
    Arrays.stream(personOf).forEach(person -> from[person + 1]++);
    this.persons = (int) Arrays.stream(from).filter(count -> count > 0).count();
    for (int person = 1; person < from.length; person++) {
      from[person] += from[person - 1];
    }
    this.order = new int[labels.length];
    for (int row = 0; row < order.length; row++) {
      order[from[personOf[row]]++] = row;
    }
  }

  RowTable rows() {
    return rows;
  }

  float label(int row) {
    return labels[row];
  }

  int persons() {
    return persons;
  }

  /// The rows, those of one person behind one another; not a copy.
  int[] order() {
    return order;
  }

  int personOf(int row) {
    return personOf[row];
  }

  boolean inner() {
    return inner;
  }

  @Override
  public String toString() {
    return "Members[%s]".formatted(rows);
  }
}
