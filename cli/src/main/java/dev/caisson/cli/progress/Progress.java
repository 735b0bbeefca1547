package dev.caisson.cli.progress;

import java.io.PrintStream;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Shows how far a command has come, on stderr.
///
/// On a terminal: one line, redrawn and never wider than the terminal, erased at the end.
/// Elsewhere: a plain line for the first and the last step and about ten in between. Silent:
/// nothing at all, for `--json`. Thread-safe; the caller's text is shown as it is, on one line.
public final class Progress implements AutoCloseable {
  private static final String ERASE = "\r\u001b[K";
  private static final int BAR = 20;
  private static final int PLAIN_LINES = 10;
  private static final long NANOS_BETWEEN = 100_000_000;

  private final PrintStream out;
  private final String unit;
  private final boolean silent;
  private final Supplier<OptionalInt> columns;
  private final boolean blocks;
  private final LongSupplier nanos;
  private String drawn = "";
  private long lastDrawn;

  Progress(
      PrintStream out,
      String unit,
      boolean silent,
      Supplier<OptionalInt> columns,
      LongSupplier nanos) {
    this.out = out;
    this.unit = unit;
    this.silent = silent;
    this.columns = columns;
    this.nanos = nanos;
    this.lastDrawn = nanos.getAsLong();
    this.blocks = out.charset().newEncoder().canEncode("█░…");
  }

  /// Progress counted in `unit` ("round"), on stderr; nothing is shown if `silent`.
  public static Progress onStderr(String unit, boolean silent) {
    return new Progress(System.err, unit, silent, Terminal::columns, System::nanoTime);
  }

  /// Shows that `done` of `total` steps are done, and a text about the last one.
  public synchronized void update(int done, int total, String text) {
    if (total < 1 || done < 0 || done > total) {
      throw new IllegalArgumentException(
          "progress goes from 0 to a total of at least 1, got %d of %d".formatted(done, total));
    }
    if (silent) {
      return;
    }
    OptionalInt width = columns.get();
    String count = "%s %%%dd/%%d".formatted(unit, digits(total)).formatted(done, total);
    if (width.isPresent()) {
      draw("%s %s %s".formatted(count, bar(done, total), text), width.getAsInt());
    } else if (isPlainLine(done, total)) {
      out.println(count + "  " + text);
    }
  }

  /// Moves the bar of a terminal within the step after the `done` first; ten times a second at
  /// most, so it may be called as often as one likes. Elsewhere nothing is shown.
  ///
  /// @param share of that step, 0 to 1
  public synchronized void within(int done, int total, double share, String text) {
    if (silent || nanos.getAsLong() - lastDrawn < NANOS_BETWEEN) {
      return;
    }
    OptionalInt width = columns.get();
    if (width.isPresent()) {
      String count = "%s %%%dd/%%d".formatted(unit, digits(total)).formatted(done + 1, total);
      draw("%s %s %s".formatted(count, bar(done + share, total), text), width.getAsInt());
    }
  }

  private void draw(String line, int width) {
    drawn = cut(line, width - 1);
    out.print(ERASE + drawn);
    out.flush();
    lastDrawn = nanos.getAsLong();
  }

  /// Prints a line that stays, above the bar.
  public synchronized void say(String line) {
    if (silent) {
      return;
    }
    if (drawn.isEmpty()) {
      out.println(line);
    } else {
      out.println(ERASE + line);
      out.print(drawn);
      out.flush();
    }
  }

  /// Erases the bar.
  @Override
  public synchronized void close() {
    if (!drawn.isEmpty()) {
      out.print(ERASE);
      out.flush();
      drawn = "";
    }
  }

  private static boolean isPlainLine(int done, int total) {
    int step = Math.max(1, total / PLAIN_LINES);
    return done == 1 || done == total || done % step == 0;
  }

  private static int digits(int number) {
    return Integer.toString(number).length();
  }

  private String bar(double done, int total) {
    int full = (int) Math.clamp(BAR * done / total, 0, BAR);
    return (blocks ? "█" : "#").repeat(full) + (blocks ? "░" : ".").repeat(BAR - full);
  }

  private String cut(String line, int width) {
    if (line.length() <= width) {
      return line;
    }
    String mark = blocks ? "…" : "";
    return line.substring(0, Math.max(0, width - mark.length())) + mark;
  }
}
