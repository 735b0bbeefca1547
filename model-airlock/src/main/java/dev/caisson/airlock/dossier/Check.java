package dev.caisson.airlock.dossier;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.statistics.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line of the table of checks. `interval` is two numbers at 95%; `limit` is what `value` was
/// held against, where there is such a number. Absent figures are null, never zero. Names of
/// columns and things in files end up in `name` and `why`: both are cut and made printable on the
/// way in.
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Check(
    String name,
    Finding.Status status,
    @Nullable Double value,
    @Nullable List<Double> interval,
    @Nullable Double limit,
    String why) {
  private static final int MAX_NAME = 120;
  private static final int MAX_WHY = 1000;

  public Check {
    name = Finding.printable(name, MAX_NAME);
    why = Finding.printable(why, MAX_WHY);
    interval = interval == null ? null : List.copyOf(interval);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a check has a name");
    }
    if (interval != null && interval.size() != 2) {
      throw new IllegalArgumentException("an interval has two ends, got " + interval);
    }
    if (!finite(value)
        || !finite(limit)
        || (interval != null && !interval.stream().allMatch(Check::finite))) {
      throw new IllegalArgumentException(
          "%s: a check's figures are numbers, got %s, %s, limit %s"
              .formatted(name, value, interval, limit));
    }
  }

  /// A check with a figure, of whatever status. A figure that is no number is left out, in words.
  public static Check measured(
      String name,
      Finding.Status status,
      double value,
      @Nullable Interval interval,
      @Nullable Double limit,
      String why) {
    if (!Double.isFinite(value)) {
      return new Check(
          name, status, null, null, limit, why + " (the figure is " + value + ", not a number)");
    }
    return new Check(name, status, value, interval == null ? null : ends(interval), limit, why);
  }

  public static Check of(Finding finding) {
    String where = finding.where().isEmpty() ? "" : " (" + finding.where() + ")";
    return new Check(finding.check(), finding.status(), null, null, null, finding.what() + where);
  }

  static List<Double> ends(Interval interval) {
    return List.of(interval.lower(), interval.upper());
  }

  /// The same line without a figure.
  Check withoutFigures(String instead) {
    return new Check(name, status, null, null, limit, instead);
  }

  private static boolean finite(@Nullable Double figure) {
    return figure == null || Double.isFinite(figure);
  }
}
