package dev.caisson.airlock.table;

import dev.caisson.dataset.BadCellException;
import java.util.Optional;

/// Puts the cells of one table into the store of both.
final class StoredCells implements Cells {
  private final ColumnPlan plan;
  private final RowStore store;
  private final Dictionary[] dictionaries;
  private final boolean[] text;
  private final boolean[] again;
  private final KeyedHash hash;
  private final int firstRow;
  private final int[] values;
  private final int id;
  private final int group;
  private final boolean[] numbers; // columns of which a number was read

  StoredCells(
      ColumnPlan plan,
      TableFile table,
      RowStore store,
      Dictionary[] dictionaries,
      boolean[] text,
      boolean[] again,
      KeyedHash hash,
      int firstRow,
      boolean[] numbers) {
    this.plan = plan;
    this.store = store;
    this.dictionaries = dictionaries;
    this.text = text;
    this.again = again;
    this.hash = hash;
    this.firstRow = firstRow;
    this.values = plan.valuesOf(table);
    this.id = position(table, plan.roles().id());
    this.group = position(table, plan.roles().group());
    this.numbers = numbers;
  }

  private static int position(TableFile table, Optional<String> column) {
    return column.map(table.columns()::indexOf).orElse(-1);
  }

  @Override
  public boolean wants(int column) {
    return values[column] >= 0 || column == id || column == group;
  }

  @Override
  public void text(int row, int column, String cell) throws BadCellException {
    if (column == id || column == group) {
      name(row, column, cell);
    }
    int value = values[column];
    if (value < 0) {
      return;
    }
    if (CellNumber.missing(cell)) {
      put(row, value, Float.NaN);
    } else if (text[value]) {
      put(row, value, dictionaries[value].code(cell));
    } else {
      double number = CellNumber.parse(cell);
      if (Double.isNaN(number)) {
        becomesText(row, value, cell);
      } else {
        put(row, value, number(number));
        numbers[value] = true;
      }
    }
  }

  private void becomesText(int row, int value, String cell) throws BadCellException {
    if (CellNumber.infinite(cell)) {
      throw new BadCellException("an infinite value; leave the row out or give a number");
    }
    if (value == plan.time()) {
      throw new BadCellException("a time is a number");
    }
    text[value] = true;
    again[value] = numbers[value];
    put(row, value, dictionaries[value].code(cell));
  }

  @Override
  public void number(int row, int column, double cell) throws BadCellException {
    if (Double.isNaN(cell)) {
      text(row, column, "");
      return;
    }
    if (column == id || column == group) {
      name(row, column, CellNumber.text(cell));
    }
    int value = values[column];
    if (value < 0) {
      return;
    }
    if (text[value]) {
      put(row, value, dictionaries[value].code(CellNumber.text(cell)));
    } else {
      put(row, value, number(cell));
      numbers[value] = true;
    }
  }

  private static float number(double value) throws BadCellException {
    float number = (float) value;
    if (Float.isInfinite(number)) {
      throw new BadCellException(
          "a value that is infinite or too large for a model; leave the row out or scale the column");
    }
    return number;
  }

  private void name(int row, int column, String cell) throws BadCellException {
    if (CellNumber.missing(cell)) {
      throw new BadCellException("the cell is empty, so the row names nobody");
    }
    room(row);
    long hashed = hash.of(cell);
    if (column == id && store.ids != null) {
      store.ids[firstRow + row] = hashed;
    }
    if (column == group && store.groups != null) {
      store.groups[firstRow + row] = hashed;
    }
  }

  private void put(int row, int value, float cell) throws BadCellException {
    room(row);
    int at = firstRow + row;
    if (value < store.width) {
      store.cells[at * store.width + value] = cell;
    } else if (value == plan.label()) {
      store.labels[at] = cell;
    } else if (store.times != null) {
      store.times[at] = cell;
    }
  }

  private void room(int row) throws BadCellException {
    if (!store.makeRoom(firstRow + row)) {
      throw new BadCellException(store.full());
    }
  }
}
