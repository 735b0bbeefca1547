package dev.caisson.airlock.table;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What a cell's text says as a number. A decimal becomes the nearest double and then the nearest
/// float, as in pandas and NumPy, so that a CSV file and a Parquet file of doubles give equal
/// floats.
public final class CellNumber {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]{1,40}(\\.[0-9]{0,40})?|\\.[0-9]{1,40})([eE][-+]?[0-9]{1,3})?");
  private static final Set<String> MISSING =
      Set.of("", "NA", "NaN", "nan", "null", "NULL", "None", "?");
  private static final Set<String> INFINITE =
      Set.of("inf", "+inf", "-inf", "infinity", "+infinity", "-infinity");
  private static final double[] POWERS = new double[23]; // 10^0..10^22 are exact doubles

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private CellNumber() {}

  static boolean missing(String cell) {
    return MISSING.contains(cell);
  }

  static boolean infinite(String cell) {
    return cell.length() <= 9 && INFINITE.contains(cell.toLowerCase(Locale.ROOT));
  }

  /// The number that a decimal text shows; NaN if it is none. May be infinite for a text such as
  /// 1e999.
  public static double parse(String cell) {
    double plain = plain(cell);
    if (!Double.isNaN(plain)) {
      return plain;
    }
    return DECIMAL.matcher(cell).matches() ? Double.parseDouble(cell) : Double.NaN;
  }

  /// The texts that are written for a number: without a needless `.0`.
  public static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /// Without exponent, at most 15 digits in all: a whole number below 2^53 divided by an exact
  /// power of ten is correctly rounded (Clinger, *How to read floating point numbers accurately*,
  /// 1990).
  private static double plain(String cell) {
    int length = cell.length();
    int at = length > 0 && (cell.charAt(0) == '-' || cell.charAt(0) == '+') ? 1 : 0;
    if (length - at > 16 || length == at) {
      return Double.NaN;
    }
    long digits = 0;
    int count = 0;
    int point = -1;
    for (int i = at; i < length; i++) {
      char c = cell.charAt(i);
      if (c >= '0' && c <= '9') {
        digits = 10 * digits + (c - '0');
        count++;
      } else if (c == '.' && point < 0) {
        point = i;
      } else {
        return Double.NaN;
      }
    }
    if (count == 0 || count > 15) {
      return Double.NaN;
    }
    double value = point < 0 ? digits : digits / POWERS[length - 1 - point];
    return cell.charAt(0) == '-' ? -value : value;
  }
}
