package dev.caisson.cli.endtoend;

import dev.caisson.cli.endtoend.Caisson.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A command under way. Closing it ends what it started, so that a failed test leaves nothing.
final class RunningCommand implements AutoCloseable {
  private static final long TICK_MILLIS = 20;

  private final Process process;
  private final Path out;
  private final Path err;
  private final List<ProcessHandle> seen = new ArrayList<>();

  RunningCommand(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// Something that becomes true.
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  long pid() {
    return process.pid();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  /// Waits until the command has printed a text on stderr.
  void awaitErr(String text) throws IOException, InterruptedException {
    await("'%s' on stderr".formatted(text), () -> err().contains(text));
  }

  /// Waits for something while the command runs.
  void await(String what, Condition condition) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + Caisson.LIMIT.toNanos();
    while (!condition.holds()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError(
            "no %s; the command %s:%n%s%n%s"
                .formatted(what, process.isAlive() ? "still runs" : "has ended", out(), err()));
      }
      Thread.sleep(TICK_MILLIS);
    }
  }

  /// The processes that it has started, and those that they have.
  List<ProcessHandle> descendants() {
    List<ProcessHandle> now = process.descendants().toList();
    seen.addAll(now);
    return now;
  }

  /// The one process it has started whose command line contains a text.
  ProcessHandle child(String text) throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    for (ProcessHandle child : descendants()) {
      if (commandLine(child.pid()).contains(text)) {
        found.add(child);
      }
    }
    if (found.size() != 1) {
      throw new AssertionError("%d processes with '%s', not one".formatted(found.size(), text));
    }
    return found.getFirst();
  }

  /// Sends a signal to the command alone.
  void signal(String name) throws IOException {
    signal(name, Long.toString(process.pid()));
  }

  /// Sends a signal to the command and all that it has started, as Ctrl-C in a terminal does.
  void signalGroup(String name) throws IOException {
    signal(name, "-" + process.pid());
  }

  static void signal(String name, String target) throws IOException {
    Process kill =
        new ProcessBuilder("bash", "-c", "kill -%s -- %s".formatted(name, target))
            .inheritIO()
            .start();
    if (kill.onExit().join().exitValue() != 0) {
      throw new AssertionError("cannot send SIG%s to %s".formatted(name, target));
    }
  }

  /// Waits for the command's end.
  Ended end() throws IOException, InterruptedException {
    if (!process.waitFor(Caisson.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still runs after %s:%n%s".formatted(Caisson.LIMIT, err()));
    }
    return new Ended(process.exitValue(), out(), err());
  }

  /// Waits until no process on this machine names this folder on its command line, as every process
  /// of a demo does with its working directory. It finds those too whose parents have died.
  static void awaitNoneNaming(Path folder) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + Caisson.LIMIT.toNanos();
    List<String> left = naming(folder);
    while (!left.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("processes remain: " + left);
      }
      Thread.sleep(TICK_MILLIS);
      left = naming(folder);
    }
  }

  /// The command lines that name this folder.
  static List<String> naming(Path folder) {
    return ProcessHandle.allProcesses()
        .map(process -> commandLine(process.pid()))
        .filter(line -> line.contains(folder.toString()))
        .toList();
  }

  /// Empty for a process that has ended, whether or not its parent has taken notice.
  private static String commandLine(long pid) {
    try {
      return new String(
              Files.readAllBytes(Path.of("/proc/%d/cmdline".formatted(pid))),
              StandardCharsets.UTF_8)
          .replace('\0', ' ');
    } catch (IOException e) {
      return ""; // it is gone
    }
  }

  @Override
  public void close() {
    descendants();
    process.destroyForcibly();
    seen.forEach(ProcessHandle::destroyForcibly);
  }
}
