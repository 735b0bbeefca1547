package dev.caisson.airlock.table;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Members' and non-members' rows as read, the members' first: for each row a float for each
/// feature column, a label, and whose row it is. A cell of a text column is the code of its text;
/// NaN is missing. Arrays are held and given by reference: nobody changes them. Holds persons'
/// data: `toString` shows sizes only.
///
/// Memory: 4 bytes a cell, 8 for a row's label and person, 8 more for its id while rows are joined
/// with scores, 4 more for its time in survival or its place where rows were dropped.
public final class Records {
  private final List<RecordColumn> columns;
  private final RecordColumn label;
  private final Sources sources;
  private final int memberRows;
  private final float[] cells;
  private final float[] labels;
  private final float @Nullable [] times;
  private final long @Nullable [] ids; // under the hash
  private final KeyedHash hash;
  private final int[] personOf;
  private final int persons;
  private final int sharedPersons;
  private final int @Nullable [] origins; // of each row among all that were read; null: as read

  /// Where rows came from: `memberRows` of the first, the rest of the second.
  record Sources(String members, String nonMembers, int memberRows, int rows) {}

  Records(
      List<RecordColumn> columns,
      RecordColumn label,
      Sources sources,
      float[] cells,
      float[] labels,
      float @Nullable [] times,
      long @Nullable [] ids,
      KeyedHash hash,
      int[] personOf) {
    this(
        columns,
        label,
        sources,
        sources.memberRows(),
        cells,
        labels,
        times,
        ids,
        hash,
        personOf,
        shared(personOf, sources.memberRows()).cardinality(),
        null);
  }

  private Records(
      List<RecordColumn> columns,
      RecordColumn label,
      Sources sources,
      int memberRows,
      float[] cells,
      float[] labels,
      float @Nullable [] times,
      long @Nullable [] ids,
      KeyedHash hash,
      int[] personOf,
      int sharedPersons,
      int @Nullable [] origins) {
    this.columns = List.copyOf(columns);
    this.label = label;
    this.sources = sources;
    this.memberRows = memberRows;
    this.cells = cells;
    this.labels = labels;
    this.times = times;
    this.ids = ids;
    this.hash = hash;
    this.personOf = personOf;
    this.persons = Arrays.stream(personOf).max().orElse(-1) + 1;
    this.sharedPersons = sharedPersons;
    this.origins = origins;
    if (columns.isEmpty() || cells.length != (long) labels.length * columns.size()) {
      throw new IllegalArgumentException(
          "%d cells are not %d rows of %d".formatted(cells.length, labels.length, columns.size()));
    }
  }

  public int rows() {
    return labels.length;
  }

  public int memberRows() {
    return memberRows;
  }

  /// The feature columns, in the members' order.
  public List<RecordColumn> columns() {
    return columns;
  }

  public float cell(int row, int column) {
    return cells[row * columns.size() + Objects.checkIndex(column, columns.size())];
  }

  /// Row after row; not a copy.
  public float[] cells() {
    return cells;
  }

  public RecordColumn labelColumn() {
    return label;
  }

  /// As read: numbers, or codes of the label column's texts; NaN is missing. Not a copy.
  public float[] labels() {
    return labels;
  }

  /// Of survival; not a copy.
  public Optional<float[]> times() {
    return Optional.ofNullable(times);
  }

  /// Each row's person, numbered from 0 as they come: by the group, else the id, else each row.
  public int[] personOf() {
    return personOf;
  }

  public int persons() {
    return persons;
  }

  /// How many persons had rows on both sides when the tables were read; remembered where their rows
  /// were dropped since.
  public int sharedPersons() {
    return sharedPersons;
  }

  long @Nullable [] ids() {
    return ids;
  }

  KeyedHash hash() {
    return hash;
  }

  /// For error texts: the row of a file, its header not counted.
  public String where(int row) {
    int read = origin(row);
    return read < sources.memberRows()
        ? "row %,d of %s".formatted(read + 1, sources.members())
        : "row %,d of %s".formatted(read - sources.memberRows() + 1, sources.nonMembers());
  }

  /// The row among all that were read, both tables together.
  public int origin(int row) {
    return origins == null ? row : origins[row];
  }

  /// How many rows were read, those dropped since included.
  int rowsRead() {
    return sources.rows();
  }

  /// Without the rows of persons who have rows on both sides; itself if there are none. A copy of
  /// all that stays.
  ///
  /// @throws NobodyLeftException if a side would have no row
  public Records withoutSharedPersons() throws NobodyLeftException {
    BitSet shared = shared(personOf, memberRows);
    if (shared.isEmpty()) {
      return this;
    }
    int[] kept = new int[rows()];
    int count = 0;
    int keptMembers = 0;
    for (int row = 0; row < rows(); row++) {
      if (!shared.get(personOf[row])) {
        kept[count++] = row;
        keptMembers += row < memberRows ? 1 : 0;
      }
    }
    if (keptMembers == 0 || keptMembers == count) {
      throw new NobodyLeftException(keptMembers == 0 ? "members" : "non-members");
    }
    int[] rows = Arrays.copyOf(kept, count);
    int width = columns.size();
    float[] keptCells = new float[count * width];
    int[] numbers = new int[persons];
    int[] keptPersons = new int[count];
    int next = 0;
    Arrays.fill(numbers, -1);
    for (int i = 0; i < count; i++) {
      System.arraycopy(cells, rows[i] * width, keptCells, i * width, width);
      int person = personOf[rows[i]];
      numbers[person] = numbers[person] < 0 ? next++ : numbers[person];
      keptPersons[i] = numbers[person];
    }
    int[] places = new int[count];
    Arrays.setAll(places, i -> origin(rows[i]));
    return new Records(
        columns,
        label,
        sources,
        keptMembers,
        keptCells,
        at(labels, rows),
        times == null ? null : at(times, rows),
        ids == null ? null : Arrays.stream(rows).mapToLong(row -> ids[row]).toArray(),
        hash,
        keptPersons,
        sharedPersons,
        places);
  }

  private static float[] at(float[] values, int[] rows) {
    float[] picked = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return picked;
  }

  private static BitSet shared(int[] personOf, int memberRows) {
    BitSet members = new BitSet();
    BitSet others = new BitSet();
    for (int row = 0; row < personOf.length; row++) {
      (row < memberRows ? members : others).set(personOf[row]);
    }
    members.and(others);
    return members;
  }

  @Override
  public String toString() {
    return "Records[%d rows of %d columns, %d members']"
        .formatted(rows(), columns.size(), memberRows);
  }
}
