package dev.caisson.airlock.table;

import dev.caisson.dataset.BadTableException;
import dev.caisson.dataset.BadTableException.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Reads two tables of the same columns into one [Records].
///
/// A column is numbers until a cell is none; then all of it is texts. Where that shows only after
/// numbers were read, whose texts are gone, the files are read a second time. Columns of nothing
/// but true and false are the numbers 1 and 0. `inf` and numbers beyond a float's range are
/// refused.
public final class RecordsReader {
  private final TableFile members;
  private final TableFile others;
  private final ColumnPlan plan;
  private final KeyedHash hash = KeyedHash.fresh();
  private final boolean[] text;
  private final boolean[] numbers; // columns of which a number was read
  private final boolean[] again; // columns that turned out to be texts too late

  private RecordsReader(TableFile members, TableFile others, ColumnPlan plan) {
    this.members = members;
    this.others = others;
    this.plan = plan;
    this.text = new boolean[plan.values()];
    this.numbers = new boolean[plan.values()];
    this.again = new boolean[plan.values()];
    for (int i = 0; i < plan.features().size(); i++) {
      text[i] = plan.roles().isText(plan.features().get(i));
    }
  }

  /// @throws BadTableException if a table is not as it should be: names the file, the line or row,
  ///   and the column
  public static Records read(Path members, Path nonMembers, Roles roles)
      throws IOException, BadTableException {
    TableFile first = TableFile.open(members);
    ColumnPlan plan = ColumnPlan.of(first, roles);
    TableFile second = TableFile.open(nonMembers);
    ColumnPlan.same(first, second);
    return new RecordsReader(first, second, plan).read();
  }

  private Records read() throws IOException, BadTableException {
    long expected = members.expectedRows() + others.expectedRows();
    Optional<Records> read = pass(expected);
    while (read.isEmpty()) { // at most once a column; the first pass's cells are garbage by now
      read = pass(expected);
    }
    return read.get();
  }

  /// Empty where a column turned out to be texts after numbers of it were stored.
  private Optional<Records> pass(long expected) throws IOException, BadTableException {
    RowStore store =
        new RowStore(
            expected,
            plan.features().size(),
            plan.roles().time().isPresent(),
            plan.roles().id().isPresent(),
            plan.roles().group().isPresent());
    Dictionary[] dictionaries = new Dictionary[plan.values()];
    Arrays.setAll(dictionaries, i -> new Dictionary());
    Arrays.fill(again, false);
    Arrays.fill(numbers, false);
    int memberRows = side(members, store, dictionaries, 0);
    int rows = memberRows + side(others, store, dictionaries, memberRows);
    for (boolean column : again) {
      if (column) {
        return Optional.empty();
      }
    }
    store.resize(rows);
    return Optional.of(records(store, dictionaries, memberRows));
  }

  private int side(TableFile table, RowStore store, Dictionary[] dictionaries, int firstRow)
      throws IOException, BadTableException {
    if (firstRow + table.expectedRows() > store.labels.length
        && !store.makeRoom(
            (int) Math.min(Integer.MAX_VALUE, firstRow + table.expectedRows() - 1))) {
      throw BadTableException.of(table.file(), new Fault(0, "", store.full()));
    }
    int rows =
        table.read(
            new StoredCells(
                plan, table, store, dictionaries, text, again, hash, firstRow, numbers));
    if (rows == 0) {
      throw BadTableException.of(table.file(), new Fault(0, "", "the table has no rows"));
    }
    return rows;
  }

  private Records records(RowStore store, Dictionary[] dictionaries, int memberRows) {
    List<RecordColumn> columns = new ArrayList<>();
    for (int i = 0; i < plan.features().size(); i++) {
      columns.add(column(i, dictionaries[i], store.cells, i, store.width));
    }
    RecordColumn label = column(plan.label(), dictionaries[plan.label()], store.labels, 0, 1);
    long[] persons = store.groups != null ? store.groups : store.ids;
    int[] personOf = new int[store.labels.length];
    if (persons == null) {
      Arrays.setAll(personOf, i -> i);
    } else {
      personOf = HashIndex.numbered(persons);
    }
    return new Records(
        columns,
        label,
        new Records.Sources(
            name(members.file()), name(others.file()), memberRows, store.labels.length),
        store.cells,
        store.labels,
        store.times,
        store.ids,
        hash,
        personOf);
  }

  private RecordColumn column(int value, Dictionary texts, float[] cells, int first, int step) {
    String name = plan.nameOf(value);
    if (!text[value]) {
      return RecordColumn.ofNumbers(name);
    }
    if (texts.flags() && !plan.roles().isText(name)) {
      for (int at = first; at < cells.length; at += step) {
        if (!Float.isNaN(cells[at])) {
          cells[at] = Dictionary.isTrue(texts.texts().get((int) cells[at])) ? 1 : 0;
        }
      }
      return RecordColumn.ofNumbers(name);
    }
    return new RecordColumn(name, true, texts.texts());
  }

  private static String name(Path file) {
    return Objects.toString(file.getFileName(), file.toString());
  }
}
