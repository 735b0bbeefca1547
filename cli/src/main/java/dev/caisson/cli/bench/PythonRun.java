package dev.caisson.cli.bench;

import dev.caisson.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A peer's script in a Python that the caller names, waited for.
final class PythonRun {
  private PythonRun() {}

  static void check(Path driver) throws CommandFailure {
    if (!Files.isRegularFile(driver)) {
      throw new CommandFailure(
          "there is no %s: run this in the folder of the sources, or name it with --driver or --drivers"
              .formatted(driver));
    }
  }

  /// What it printed, at least a line; its stderr goes to a file of ours.
  static List<String> lines(Path python, Path driver, List<String> arguments, Path errors)
      throws IOException, CommandFailure, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python.toString(), driver.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    // The launcher bounds OpenMP for our own processes; the peer is measured with its own default.
    builder.environment().keySet().removeIf(name -> name.endsWith("_NUM_THREADS"));
    builder.environment().remove("MALLOC_ARENA_MAX");
    Process process = builder.start();
    List<String> lines;
    try {
      lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      if (process.waitFor() != 0 || lines.isEmpty()) {
        throw new CommandFailure(
            "the peer failed: %s"
                .formatted(Files.readAllLines(errors).stream().reduce("", (a, b) -> b)));
      }
    } finally {
      process.destroy();
    }
    return lines;
  }
}
