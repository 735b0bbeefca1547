package dev.caisson.dataset;

/// How much of a table is read before it is refused. What is held in memory is at most `maxCells`
/// floats, the ids, and one record.
///
/// @param maxRows rows under the header
/// @param maxCells rows × features
/// @param maxColumns columns in the header
/// @param maxFieldChars characters in a cell
public record TableLimits(int maxRows, int maxCells, int maxColumns, int maxFieldChars) {
  public static final TableLimits DEFAULT = new TableLimits(10_000_000, 250_000_000, 10_000, 1_000);

  public TableLimits {
    if (maxRows < 1 || maxCells < 1 || maxColumns < 2 || maxFieldChars < 1) {
      throw new IllegalArgumentException(
          "limits need at least 1 row, 1 cell, 2 columns and 1 character, got "
              + "%d, %d, %d, %d".formatted(maxRows, maxCells, maxColumns, maxFieldChars));
    }
  }
}
