package dev.caisson.airlock.table;

import dev.caisson.dataset.BadCellException;

/// Takes the cells of one table, in any order of rows and columns, each once.
interface Cells {
  /// Whether a column's cells are wanted at all.
  boolean wants(int column);

  /// A cell that is a text in the file, without spaces around.
  void text(int row, int column, String cell) throws BadCellException;

  /// A cell that is a number in the file; NaN is missing.
  void number(int row, int column, double value) throws BadCellException;
}
