package dev.caisson.cli.process;

import java.io.PrintStream;
import java.util.Optional;

/// How a process tells its parent that it serves: the line `READY {json}` on stdout, once. The JSON
/// says where (ports, fingerprints); its members are each command's own.
public final class Ready {
  private static final String PREFIX = "READY ";
  private static final int MAX_LINE = 64 * 1024;

  private Ready() {}

  /// Prints the line on stdout. `json` is an object on one line.
  public static void announce(String json) {
    announce(System.out, json);
  }

  static void announce(PrintStream out, String json) {
    if (json.lines().count() != 1 || !json.startsWith("{") || json.length() > MAX_LINE) {
      throw new IllegalArgumentException("READY takes a JSON object on one line, got: " + json);
    }
    out.println(PREFIX + json);
    out.flush();
  }

  /// The JSON of such a line; empty for any other line.
  static Optional<String> parse(String line) {
    return line.startsWith(PREFIX + "{") && line.length() <= MAX_LINE
        ? Optional.of(line.substring(PREFIX.length()))
        : Optional.empty();
  }
}
