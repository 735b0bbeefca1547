package dev.caisson.airlock.dossier;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.caisson.airlock.Finding;
import dev.caisson.airlock.statistics.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line of the table of checks. `interval` is two numbers at 95%; `limit` is what `value` was
/// held against, where there is such a number. Absent figures are null, never zero.
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Check(
    String name,
    Finding.Status status,
    @Nullable Double value,
    @Nullable List<Double> interval,
    @Nullable Double limit,
    String why) {

  public Check {
    interval = interval == null ? null : List.copyOf(interval);
    if (interval != null && interval.size() != 2) {
      throw new IllegalArgumentException("an interval has two ends, got " + interval);
    }
  }

  /// A check with a figure, of whatever status.
  public static Check measured(
      String name,
      Finding.Status status,
      double value,
      @Nullable Interval interval,
      @Nullable Double limit,
      String why) {
    return new Check(name, status, value, interval == null ? null : ends(interval), limit, why);
  }

  public static Check of(Finding finding) {
    String where = finding.where().isEmpty() ? "" : " (" + finding.where() + ")";
    return new Check(finding.check(), finding.status(), null, null, null, finding.what() + where);
  }

  static List<Double> ends(Interval interval) {
    return List.of(interval.lower(), interval.upper());
  }

  Check withoutFigures(String instead) {
    return new Check(name, status, null, null, limit, instead);
  }
}
