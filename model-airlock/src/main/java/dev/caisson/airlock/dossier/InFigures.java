package dev.caisson.airlock.dossier;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How numbers are written in the page. What is absent is a dash.
final class InFigures {
  static final String ABSENT = "\u2013";

  private InFigures() {}

  static String number(double value, int digits) {
    return Markup.format("%." + digits + "f", value);
  }

  /// Whole numbers as such, very small and very large ones with an exponent, others to three
  /// places.
  static String any(@Nullable Double value) {
    if (value == null) {
      return ABSENT;
    }
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e9) {
      return Markup.format("%,d", value.longValue());
    }
    return size < 0.0005 || size >= 1e9 ? Markup.format("%.2e", value) : number(value, 3);
  }

  static String interval(@Nullable List<Double> ends, int digits) {
    return ends == null
        ? ""
        : number(ends.getFirst(), digits) + " to " + number(ends.getLast(), digits);
  }

  static String percent(@Nullable Double share) {
    return share == null ? ABSENT : Markup.format("%.1f%%", 100 * share);
  }

  static String percents(@Nullable List<Double> ends) {
    return ends == null
        ? ""
        : Markup.format("%.1f to %.1f", 100 * ends.getFirst(), 100 * ends.getLast());
  }

  static String p(double p) {
    return p < 0.0001 ? "< 0.0001" : number(p, 4);
  }
}
