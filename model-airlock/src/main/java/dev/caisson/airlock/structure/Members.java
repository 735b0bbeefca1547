package dev.caisson.airlock.structure;

import dev.caisson.airlock.rows.RowTable;

/// The members' rows, one a person, and their labels or classes. `inner` says that the rows are as
/// the trees see them, where a model transforms its inputs first; otherwise they are the model's
/// inputs. Prints its size only.
public final class Members {
  private final RowTable rows;
  private final float[] labels;
  private final boolean inner;

  public Members(RowTable rows, float[] labels, boolean inner) {
    if (rows.rows() != labels.length || labels.length == 0) {
      throw new IllegalArgumentException("%s for %d labels".formatted(rows, labels.length));
    }
    this.rows = rows;
    this.labels = labels.clone();
    this.inner = inner;
  }

  RowTable rows() {
    return rows;
  }

  float label(int person) {
    return labels[person];
  }

  int persons() {
    return labels.length;
  }

  boolean inner() {
    return inner;
  }

  @Override
  public String toString() {
    return "Members[%s]".formatted(rows);
  }
}
