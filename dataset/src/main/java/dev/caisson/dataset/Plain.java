package dev.caisson.dataset;

import java.math.BigDecimal;

/// How values appear in texts for people.
final class Plain {
  private static final int PIECE = 24;

  private Plain() {}

  /// Without a needless `.0` or exponent: 5, 0.25, -1.
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    return value == 0 ? "0" : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /// A short, printable piece of a cell in quotes.
  static String piece(String cell) {
    String printable = cell.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= PIECE
        ? "'" + printable + "'"
        : "'" + printable.substring(0, PIECE) + "…'";
  }
}
