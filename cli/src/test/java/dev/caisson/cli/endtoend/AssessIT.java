package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An assessment as a process, and somebody at its keyboard.
final class AssessIT {
  private static final Path FIXTURE =
      Path.of("../model-airlock/src/test/resources/dev/caisson/airlock/assess/mlp-overfitted");

  @TempDir private Path temporary = Path.of("");

  @Test
  void interruptedItLeavesNoDraft() throws Exception {
    Path folder = Files.createDirectory(temporary.resolve("work"));
    Path members = repeated(folder.resolve("members.csv"));
    try (RunningCommand command =
        new Caisson(temporary)
            .start(
                "airlock",
                "assess",
                "--model",
                FIXTURE.resolve("model.onnx").toAbsolutePath().toString(),
                "--members",
                members.toString(),
                "--non-members",
                FIXTURE.resolve("non-members.csv").toAbsolutePath().toString(),
                "--label",
                "label",
                "--out",
                folder.resolve("assessed").toString())) {
      command.awaitErr("reading of the rows");
      assertThat(names(folder)).anyMatch(name -> name.endsWith(".part"));
      command.signalGroup("INT");
      Caisson.Ended ended = command.end();
      assertThat(ended.exitCode()).isEqualTo(130);
      assertThat(ended.err()).doesNotContain("Exception", "\tat ");
    }
    assertThat(names(folder)).containsExactlyInAnyOrder("members.csv", ".caisson-airlock");
  }

  /// Rows enough that the interruption comes before the end, on a fast machine too.
  private static Path repeated(Path file) throws Exception {
    List<String> lines = Files.readAllLines(FIXTURE.resolve("members.csv"));
    StringBuilder text = new StringBuilder(lines.getFirst()).append('\n');
    for (int i = 0; i < 200; i++) {
      lines.subList(1, lines.size()).forEach(line -> text.append(line).append('\n'));
    }
    return Files.writeString(file, text);
  }

  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
