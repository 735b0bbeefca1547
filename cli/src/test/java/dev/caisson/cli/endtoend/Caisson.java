package dev.caisson.cli.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Starts `./caisson` with what the build has made, without building. Native libraries are unpacked
/// once for all tests, into the build directory; everything else goes to a folder of the test's
/// own.
final class Caisson {
  static final Path PROJECT =
      Path.of(System.getProperty("caisson.root")).toAbsolutePath().normalize();

  /// Bounds a hang on a busy machine; measures nothing.
  static final Duration LIMIT = Duration.ofMinutes(5);

  private static final AtomicInteger COMMANDS = new AtomicInteger();

  private final Path scratch;
  private final Map<String, String> environment = new TreeMap<>();
  private List<String> wrapper = List.of();

  /// Keeps outputs, cache and home beneath `scratch`.
  Caisson(Path scratch) {
    this.scratch = scratch;
    environment.put("CAISSON_CACHE", scratch.resolve("cache").toString());
    environment.put("CAISSON_NO_BUILD", "1");
    environment.put("HOME", scratch.resolve("home").toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    String natives = PROJECT.resolve("cli/target/end-to-end/natives").toString();
    environment.put("DJL_CACHE_DIR", natives);
    environment.put("ENGINE_CACHE_DIR", natives);
  }

  /// The same with its own empty place for native libraries, as on a machine's first use.
  Caisson withFreshNatives() {
    environment.remove("DJL_CACHE_DIR");
    environment.remove("ENGINE_CACHE_DIR");
    return this;
  }

  /// The same with more flags for Java, in every process that it starts.
  Caisson withJavaOptions(String options) {
    environment.put("CAISSON_JAVA_OPTS", options);
    return this;
  }

  /// The same under another program, which gets the command as its last arguments.
  Caisson under(List<String> program) {
    wrapper = List.copyOf(program);
    return this;
  }

  /// Runs a command to its end.
  Ended run(String... arguments) throws IOException, InterruptedException {
    try (RunningCommand command = start(arguments)) {
      return command.end();
    }
  }

  /// Starts a command as the leader of its own process group, as a terminal does.
  RunningCommand start(String... arguments) throws IOException {
    Path outputs =
        Files.createDirectories(scratch.resolve("command-" + COMMANDS.incrementAndGet()));
    // a shell that put Maven in the background has made us ignore SIGINT, and children inherit that
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM", "setsid"));
    command.addAll(wrapper);
    command.add(PROJECT.resolve("caisson").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(outputs.toFile());
    List.of("CI", "CAISSON_JAVA_HOME", "CAISSON_JAVA_OPTS", "XDG_CACHE_HOME", "TERM")
        .forEach(builder.environment()::remove);
    builder.environment().remove("ENGINE_CACHE_DIR");
    builder.environment().remove("DJL_CACHE_DIR");
    builder.environment().putAll(environment);
    Files.createDirectories(scratch.resolve("home"));
    Path out = outputs.resolve("stdout");
    Path err = outputs.resolve("stderr");
    return new RunningCommand(
        builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
  }

  /// What a command came to.
  record Ended(int exitCode, String out, String err) {
    String lastLine() {
      return out.lines().toList().getLast();
    }
  }
}
