package dev.caisson.cli.process;

import dev.caisson.cli.failure.CommandFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/// A process that ended when it should have run, or that did not become ready. The message names
/// the process, what happened, its log and the log's last lines.
public final class ChildFailure extends CommandFailure {
  private static final long serialVersionUID = 1;

  private final String child;
  private final transient OptionalInt exitCode;

  ChildFailure(String child, String what, OptionalInt exitCode, Path log, List<String> lastLines) {
    super(message(child, what, log, lastLines));
    this.child = child;
    this.exitCode = exitCode;
  }

  private static String message(String child, String what, Path log, List<String> lastLines) {
    StringBuilder text = new StringBuilder("%s %s; its log is %s".formatted(child, what, log));
    if (lastLines.isEmpty()) {
      return text.append(" (empty)").toString();
    }
    text.append(" and ends with:");
    lastLines.forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }

  /// The process's name.
  public String child() {
    return child;
  }

  /// Empty for a process that still ran; above 128 for one that a signal ended (137 for SIGKILL).
  public OptionalInt exitCode() {
    return exitCode;
  }
}
