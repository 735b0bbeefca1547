package dev.caisson.cli.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The command line of a Java process like this one: same Java, same class path, the flags of
/// `jvm.flags` and of `CAISSON_JAVA_OPTS`, and the build's [StartCache]. Everything but the
/// command's own arguments goes through an argument file: a native library of ours cannot bear a
/// command line of a few thousand bytes.
final class JavaCommand {
  /// MiB of a heap that are for what lives briefly. A site's vectors are as long as its model and
  /// live long: a third of the heap, as Java has it, would lie idle.
  private static final int MOST_NEW = 128;

  private JavaCommand() {}

  /// Writes the argument file into the plan's temporary directory, which must exist, and returns
  /// the command. The file must stay as long as the process may start itself anew.
  static List<String> of(String mainClass, ChildPlan plan) throws IOException {
    return of(mainClass, plan, StartCache.file());
  }

  /// The same with another start cache, or none.
  static List<String> of(String mainClass, ChildPlan plan, Optional<Path> cache)
      throws IOException {
    Path argumentFile = plan.temporary().resolve(plan.name() + ".args");
    List<String> lines = new ArrayList<>();
    lines.add("-cp");
    lines.add(quoted(String.join(":", StartCache.inOrder(absoluteClassPath()))));
    lines.addAll(lines("jvm.flags"));
    cache.map(StartCache::options).orElse(List.of()).forEach(option -> lines.add(quoted(option)));
    if (!plan.computes()) {
      // A child lives as long as a command: half its CPU time would go into the better compiler.
      lines.add("-XX:TieredStopAtLevel=1");
    }
    lines.add(quoted("-Djava.io.tmpdir=" + plan.temporary()));
    lines.add(quoted("-Djna.tmpdir=" + plan.temporary())); // else ~/.cache/JNA, whatever HOME says
    Files.write(argumentFile, lines, StandardCharsets.UTF_8);

    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + argumentFile);
    command.addAll(userOptions(System.getenv("CAISSON_JAVA_OPTS")));
    command.add("-Xmx" + plan.heapMebibytes() + "m");
    command.add("-XX:MaxNewSize=" + Math.clamp(plan.heapMebibytes() / 3, 16, MOST_NEW) + "m");
    if (plan.wholeHeap()) {
      command.add("-Xms" + plan.heapMebibytes() + "m");
      command.add("-XX:+AlwaysPreTouch");
    }
    command.add(mainClass);
    command.addAll(plan.arguments());
    command.add(Lifeline.OPTION);
    return command;
  }

  /// Adds what `jvm.environment` says, where a name is not set already.
  static void completeEnvironment(Map<String, String> environment) {
    for (String line : lines("jvm.environment")) {
      int equals = line.indexOf('=');
      environment.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
    }
  }

  /// An argument file's quoting: backslash and quote are escaped inside double quotes.
  static String quoted(String value) {
    if (value.chars().anyMatch(c -> c == '\n' || c == '\r')) {
      throw new IllegalArgumentException(
          "a path with a line break cannot be given to Java: '%s'".formatted(value));
    }
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static List<String> absoluteClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(":", -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .toList();
  }

  private static List<String> userOptions(@Nullable String options) {
    return options == null || options.isBlank()
        ? List.of()
        : List.of(options.strip().split("\\s+"));
  }

  private static List<String> lines(String resource) {
    try (InputStream in = JavaCommand.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is packed beside this class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read our own " + resource, e);
    }
  }
}
