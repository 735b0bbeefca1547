package dev.caisson.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log's configuration belongs to a whole process, so each test has a process of its own.
final class LoggingIT {
  @TempDir Path directory;

  @Test
  void commandShowsWarningsOnStderrWithoutTraces() throws Exception {
    assertThat(outputOf("-").lines())
        .containsExactly(
            "caisson: WARN  own warning [Test]", "caisson: WARN  their warning [example]");
  }

  @Test
  void verboseShowsDebugMessagesAndTraces() throws Exception {
    assertThat(outputOf("-", "verbose"))
        .contains("own debug", "own info", "IllegalStateException: the trace", "\tat dev.caisson")
        .doesNotContain("noise");
  }

  @Test
  void fileReceivesOurInfoOthersWarningsAndTraces() throws Exception {
    Path log = directory.resolve("logs/site.log");
    outputOf(log.toString());
    assertThat(Files.readString(log))
        .contains("INFO  [main] dev.caisson.Test: own info", "IllegalStateException: the trace")
        .contains("their warning")
        .doesNotContain("own debug", "their info", "noise");
  }

  @Test
  void fileIsAppendedTo() throws Exception {
    Path log = Files.writeString(directory.resolve("a.log"), "from before\n");
    outputOf(log.toString());
    assertThat(Files.readString(log)).startsWith("from before\n").contains("own info");
  }

  private static String outputOf(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                LoggingProcess.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }
}
