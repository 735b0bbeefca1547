package dev.caisson.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The cache that this build has made, in real processes. Whether one has taken it shows in what it
/// has mapped: a JVM that refuses a cache lets go of it.
final class StartCacheIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Path PROJECT =
      Path.of(System.getProperty("caisson.root")).toAbsolutePath().normalize();

  @TempDir Path directory;

  @Test
  void childStartsWithTheCacheOfItsBuild() throws Exception {
    Path cache = StartCache.file().orElseThrow();
    assertThat(cache).isEqualTo(PROJECT.resolve("cli/target/caisson.aot"));
    try (Children children = new Children(ProcessUnderTest.class)) {
      ChildProcess child = children.start(new ChildPlan("north", directory, 48, List.of("serve")));
      child.ready(LIMIT);
      assertThat(mapped(child.pid())).contains(cache.toString());
      assertThat(Files.readString(child.log())).startsWith("warming up\nREADY {").hasLineCount(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "empty", "cut off", "junk", "a directory"})
  void childPassesOverABrokenCacheWithoutAWord(String how) throws Exception {
    Path cache = directory.resolve("broken.aot");
    switch (how) {
      case "missing" -> {}
      case "empty" -> Files.createFile(cache);
      case "cut off" -> Files.write(cache, firstHalf(StartCache.file().orElseThrow()));
      case "junk" -> Files.writeString(cache, "no cache\n".repeat(1000));
      case "a directory" -> Files.createDirectory(cache);
      default -> throw new IllegalArgumentException(how);
    }
    ChildPlan plan = new ChildPlan("north", directory, 48, List.of("serve"));
    Files.createDirectories(plan.temporary());
    Path err = directory.resolve("stderr");
    Process child =
        new ProcessBuilder(
                JavaCommand.of(ProcessUnderTest.class.getName(), plan, Optional.of(cache)))
            .redirectError(err.toFile())
            .start();
    try (BufferedReader out = child.inputReader()) {
      assertThat(out.readLine()).isEqualTo("warming up");
      assertThat(out.readLine()).startsWith("READY {");
      assertThat(mapped(child.pid())).doesNotContain(".aot");
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertThat(err).isEmptyFile();
  }

  /// The script of the build, in a project whose jar is none.
  @Test
  void buildGoesOnWhereNoCacheCanBeMade() throws Exception {
    for (String file :
        List.of(
            "cli/src/main/bash/start-cache.bash",
            "cli/src/main/bash/jdk.bash",
            "cli/src/main/bash/arguments.bash",
            "cli/src/main/resources/dev/caisson/cli/process/jvm.flags")) {
      Files.createDirectories(directory.resolve(file).resolveSibling("."));
      Files.copy(
          PROJECT.resolve(file), directory.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path target = Files.createDirectories(directory.resolve("cli/target"));
    Files.writeString(target.resolve("caisson.jar"), "no jar");
    Files.writeString(target.resolve("caisson.classpath"), target.resolve("none.jar").toString());
    ProcessBuilder script =
        new ProcessBuilder(
            "bash", directory.resolve("cli/src/main/bash/start-cache.bash").toString());
    script.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = script.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(said).startsWith("[WARNING] no start cache was made").contains("start-cache.log");
    assertThat(target.resolve("start-cache.log")).content().contains("dev.caisson.cli.Main");
    assertThat(target.resolve("caisson.aot")).doesNotExist();
    assertThat(target.resolve("start-cache")).doesNotExist();
  }

  private static byte[] firstHalf(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes((int) (Files.size(file) / 2));
    }
  }

  private static String mapped(long pid) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(pid), "maps"));
  }
}
