package dev.caisson.dataset;

import java.nio.file.Path;
import java.util.List;

/// A table that does not hold what its description says. Lists up to [#SHOWN] faults and counts the
/// rest. Messages show short pieces of cells: they are for the site's own people and must not be
/// sent elsewhere.
public final class BadTableException extends Exception {
  public static final int SHOWN = 20;

  private final String file;
  private final List<Fault> faults;
  private final long total;

  /// One thing wrong.
  ///
  /// @param line as an editor counts it, the header being line 1; 0 where the whole file is meant
  /// @param column its name in the header; empty where the whole line is meant
  /// @param problem what is wrong and, where it isn't plain, what to do
  public record Fault(long line, String column, String problem) {
    @Override
    public String toString() {
      return (line > 0 ? "line " + line + ": " : "")
          + (column.isEmpty() ? "" : "column '" + column + "': ")
          + problem;
    }
  }

  /// One fault, for readers of other formats than ours.
  public static BadTableException of(Path file, Fault fault) {
    return new BadTableException(file, List.of(fault), 1);
  }

  BadTableException(Path file, List<Fault> faults, long total) {
    super(message(file, faults, total));
    this.file = file.toString();
    this.faults = List.copyOf(faults);
    this.total = total;
  }

  public String file() {
    return file;
  }

  /// The first faults, in reading order.
  public List<Fault> faults() {
    return faults;
  }

  /// How many faults there are, those not listed included.
  public long total() {
    return total;
  }

  private static String message(Path file, List<Fault> faults, long total) {
    if (total == 1) {
      return "%s: %s".formatted(file, faults.getFirst());
    }
    StringBuilder out = new StringBuilder("%s: %,d faults".formatted(file, total));
    faults.forEach(fault -> out.append("\n  ").append(fault));
    if (total > faults.size()) {
      out.append("\n  and %,d more".formatted(total - faults.size()));
    }
    return out.toString();
  }
}
