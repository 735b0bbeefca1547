package dev.caisson.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.check.Finding;
import dev.caisson.runtime.check.ModelCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WayOutTest {
  private static final Path FIXTURES = Path.of("../gpu-runtime/src/test/resources/fixtures");

  static List<Path> exports() throws IOException {
    try (Stream<Path> folders = Files.list(FIXTURES)) {
      return folders
          .map(folder -> folder.resolve("model.onnx"))
          .filter(Files::exists)
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("exports")
  void whatIsExportedByTheRecipesMayLeave(Path model) throws IOException {
    assertThat(WayOut.added(new ModelCheck(List.of(), Optional.empty()), model).findings())
        .isEmpty();
  }

  @Test
  void dataFilesBesideAModelMayNot() throws IOException {
    ModelCheck check =
        WayOut.added(
            new ModelCheck(List.of(), Optional.empty()),
            FIXTURES.resolve("traps/external-data.onnx"));

    assertThat(check.findings())
        .isNotEmpty()
        .allMatch(finding -> finding.severity() == Finding.Severity.WARNING)
        .anyMatch(finding -> finding.words().contains("an airlock would not let this file out"));
    assertThat(check.trainable()).isTrue();
  }
}
