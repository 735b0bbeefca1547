package dev.caisson.cli.process;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// A process to start: `caisson ARGUMENTS...` with a heap bound.
///
/// `name` is for people and names the files: in `directory`, which is made if it is missing, the
/// process gets `NAME.log` (its stdout and stderr, appended) and `tmp/` (its `java.io.tmpdir`).
///
/// @param wholeHeap whether the heap is taken and touched at the start, so that what grows later is
///   no heap; for measurements
/// @param computes whether it computes for long, as `./caisson airlock assess` does, so that the
///   better compiler pays
public record ChildPlan(
    String name,
    Path directory,
    int heapMebibytes,
    boolean wholeHeap,
    boolean computes,
    List<String> arguments) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  public ChildPlan {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a process's name has lower-case letters, digits and dashes, got '%s'".formatted(name));
    }
    if (heapMebibytes < 16) {
      throw new IllegalArgumentException(
          "the heap of %s must be at least 16 MiB, got %d".formatted(name, heapMebibytes));
    }
    directory = directory.toAbsolutePath().normalize();
    arguments = List.copyOf(arguments);
  }

  /// With a heap that grows as needed.
  public ChildPlan(String name, Path directory, int heapMebibytes, List<String> arguments) {
    this(name, directory, heapMebibytes, false, false, arguments);
  }

  Path log() {
    return directory.resolve(name + ".log");
  }

  Path temporary() {
    return directory.resolve("tmp");
  }
}
