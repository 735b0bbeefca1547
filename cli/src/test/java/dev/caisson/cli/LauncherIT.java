package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in a copy of the project that has this build's jar but a Maven of our own, which
/// counts its runs: a real build inside a test of the build would prove little and cost minutes.
final class LauncherIT {
  private static final Path PROJECT = Path.of(System.getProperty("caisson.root")).normalize();
  private static final String FLAGS_DIRECTORY = "cli/src/main/resources/dev/caisson/cli/process";

  @TempDir Path directory;
  private Path root = Path.of("");
  private Path tools = Path.of("");
  private final Map<String, String> environment = new HashMap<>();

  private record Ended(int exitCode, String out, String err) {}

  @BeforeEach
  void copyProject() throws IOException {
    root = Files.createDirectories(directory.toRealPath().resolve("my project"));
    tools = Files.createDirectories(root.resolveSibling("tools"));
    for (String file :
        List.of(
            "caisson",
            "pom.xml",
            "cli/pom.xml",
            "cli/src/main/bash/jdk.bash",
            "cli/src/main/bash/arguments.bash",
            FLAGS_DIRECTORY + "/jvm.flags",
            FLAGS_DIRECTORY + "/jvm.environment")) {
      Path copy = root.resolve(file);
      Files.createDirectories(copy.resolveSibling("."));
      Files.copy(PROJECT.resolve(file), copy);
    }
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HOME", Files.createDirectories(root.resolveSibling("home")).toString());
    environment.put("PATH", tools + ":" + System.getenv("PATH"));
    maven(
        """
        sleep 0.3
        echo '[INFO] Building Caisson :: cli 0.1.0 [12/12]'
        mkdir -p "$root/cli/target"
        cp '%1$s/cli/target/caisson.jar' '%1$s/cli/target/caisson.classpath' "$root/cli/target/"
        """
            .formatted(PROJECT));
  }

  @Test
  void firstUseBuildsAndTheNextDoesNot() throws Exception {
    Ended first = caisson("version");
    assertThat(first.out()).startsWith("caisson ");
    assertThat(first.err()).contains("building Caisson, first use", "built Caisson in");
    Ended second = caisson("version");
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void newerSourceIsBuilt() throws Exception {
    caisson("version");
    Path source = root.resolve(FLAGS_DIRECTORY).resolve("jvm.flags");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(caisson("version").err()).contains("building Caisson, sources changed");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void otherProfilesBuildAnewAndTheSameDoNot() throws Exception {
    caisson("version");
    environment.put("CAISSON_PROFILES", "cuda");
    assertThat(caisson("version").err()).contains("building Caisson, CAISSON_PROFILES changed");
    assertThat(arguments()).contains("-Pcuda");
    assertThat(caisson("version").err()).isEmpty();
    environment.remove("CAISSON_PROFILES");
    caisson("version");
    assertThat(arguments()).doesNotContain("-Pcuda");
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void twoFirstUsesAtOnceBuildOnce() throws Exception {
    Process one = start("version");
    Process other = start("version");
    assertThat(end(one).out()).startsWith("caisson ");
    assertThat(end(other).out()).startsWith("caisson ");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void failedBuildShowsItsErrorsAndItsLog() throws Exception {
    maven("echo '[INFO] busy'; echo '[ERROR] Main.java:[3,1] missing return statement'; exit 1");
    Ended ended = caisson("version");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .contains("[ERROR] Main.java:[3,1] missing return statement")
        .contains("the build failed; all of it is in " + root.resolve("target/build.log"))
        .doesNotContain("busy");
    assertThat(Files.readString(root.resolve("target/build.log"))).contains("busy");
  }

  @Test
  void missingMavenIsNamed() throws Exception {
    onlyTheseTools();
    Ended ended = caisson("version");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err()).contains("Maven is needed to build Caisson (first use)");
  }

  @Test
  void missingJdkIsNamedWithWhatToInstall() throws Exception {
    onlyTheseTools();
    environment.remove("JAVA_HOME");
    environment.put("CAISSON_JVM_DIR", directory.resolve("none").toString());
    Ended ended = caisson("version");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err()).contains("JDK 25 or newer is needed", "install one");
  }

  @Test
  void oldJdkIsRecognisedWithoutStartingIt() throws Exception {
    Path old = root.resolveSibling("old");
    for (String program : List.of("java", "javac")) {
      script(old.resolve("bin").resolve(program), "touch '%s'".formatted(old.resolve("started")));
    }
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    environment.put("CAISSON_JAVA_HOME", old.toString());
    assertThat(caisson("version").err()).contains("CAISSON_JAVA_HOME is no JDK 25 or newer");
    environment.remove("CAISSON_JAVA_HOME");
    environment.put("JAVA_HOME", old.toString());
    environment.put(
        "CAISSON_JVM_DIR", Path.of(System.getProperty("java.home")).resolve("..").toString());
    assertThat(caisson("version").out()).startsWith("caisson ");
    assertThat(old.resolve("started")).doesNotExist();
  }

  @Test
  void runsThroughALinkFromAnotherDirectory() throws Exception {
    Path link =
        Files.createSymbolicLink(tools.resolve("the command"), Path.of("../my project/caisson"));
    Process process =
        process(List.of(link.toString(), "version")).directory(tools.toFile()).start();
    assertThat(end(process).out()).startsWith("caisson ");
  }

  @Test
  void argumentsReachTheCommandAsTheyAre() throws Exception {
    Ended ended = caisson("a \"b\" $c *");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err()).contains("unknown command 'a \"b\" $c *'", "try: caisson --help");
  }

  @Test
  void brokenStartCacheIsPassedOverWithoutAWord() throws Exception {
    caisson("version");
    Ended without = caisson("devices", "unasked");
    assertThat(without.exitCode()).isEqualTo(2);
    Files.writeString(root.resolve("cli/target/caisson.aot"), "no cache\n".repeat(1000));
    assertThat(caisson("devices", "unasked")).isEqualTo(without);
  }

  @Test
  void everythingKeptIsInTheCache() throws Exception {
    Path cache = directory.resolve("the cache");
    environment.put("CAISSON_CACHE", cache.toString());
    caisson("version");
    assertThat(cache.resolve("tmp")).isDirectory();
    assertThat(Path.of(environment.getOrDefault("HOME", ""))).isEmptyDirectory();
  }

  @Test
  void unusableCacheIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    environment.put("CAISSON_CACHE", file.resolve("cache").toString());
    Ended ended = caisson("version");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err()).contains("cannot make the cache directory", "set CAISSON_CACHE");
  }

  @Test
  void scriptsPassShellcheck() throws Exception {
    assumeTrue(
        new ProcessBuilder("bash", "-c", "command -v shellcheck").start().waitFor() == 0,
        "shellcheck is not installed");
    Process process =
        new ProcessBuilder(
                "shellcheck",
                "-x",
                "caisson",
                "test",
                ".ci/run",
                "benchmarks/demo.sh",
                "cli/src/main/bash/start-cache.bash")
            .directory(PROJECT.toFile())
            .start();
    assertThat(end(process).out()).isEmpty();
  }

  /// A Maven that counts its runs and then does as `script` says.
  private void maven(String script) throws IOException {
    Path runs = root.resolveSibling("builds");
    script(
        tools.resolve("mvn"), "root='%s'%necho \"$*\" >> '%s'%n%s".formatted(root, runs, script));
  }

  private long builds() throws IOException {
    return Files.readAllLines(root.resolveSibling("builds")).size();
  }

  /// Those of Maven's last run.
  private String arguments() throws IOException {
    return Files.readAllLines(root.resolveSibling("builds")).getLast();
  }

  /// A PATH with what the launcher uses, but neither Maven nor Java.
  private void onlyTheseTools() throws IOException {
    Path few = Files.createDirectories(root.resolveSibling("few"));
    for (String tool :
        List.of("bash", "cat", "dirname", "env", "find", "flock", "mkdir", "readlink", "touch")) {
      Path program =
          List.of(System.getenv("PATH").split(":", -1)).stream()
              .map(entry -> Path.of(entry).resolve(tool))
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow();
      script(few.resolve(tool), "exec %s \"$@\"".formatted(program));
    }
    environment.put("PATH", few.toString());
  }

  private static void script(Path file, String content) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "#!/bin/bash\nset -e\n" + content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ended caisson(String... arguments) throws Exception {
    return end(start(arguments));
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(root.resolve("caisson").toString()));
    command.addAll(List.of(arguments));
    return process(command).start();
  }

  private ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    for (String name :
        List.of(
            "CAISSON_CACHE",
            "CAISSON_JAVA_HOME",
            "CAISSON_JAVA_OPTS",
            "CAISSON_PROFILES",
            "XDG_CACHE_HOME")) {
      builder.environment().remove(name);
    }
    builder.environment().remove("JAVA_HOME");
    builder.environment().putAll(environment);
    return builder;
  }

  /// The outputs are a few lines, far below what a pipe holds, so reading one after the other is
  /// safe.
  private static Ended end(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out, err);
  }
}
