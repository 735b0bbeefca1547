package dev.caisson.runtime.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.runtime.check.Finding.Severity;
import dev.caisson.runtime.onnx.Limits;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The verdict of check and engine together on real exports.
class EngineVerdictTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

  /// What those who made the traps say that a check should do.
  static List<Arguments> traps() throws IOException {
    List<Arguments> traps = new ArrayList<>();
    for (JsonNode trap :
        new ObjectMapper().readTree(FIXTURES.resolve("traps/traps.json").toFile())) {
      traps.add(Arguments.of(trap.get("file").textValue(), trap.get("check").textValue()));
    }
    return traps;
  }

  @ParameterizedTest
  @MethodSource("traps")
  void judgesATrapAsItsMakersDo(String file, String wanted) throws Exception {
    ModelCheck check = check("traps/" + file);

    if (!wanted.startsWith("Refuse, or")) {
      assertThat(check.trainable())
          .as("%s; found %s", wanted, check.findings())
          .isEqualTo(!wanted.startsWith("Refuse:"));
    }
    if (wanted.startsWith("Refuse, or") || wanted.startsWith("Warn")) {
      assertThat(check.findings())
          .extracting(Finding::severity)
          .containsAnyOf(Severity.REFUSED, Severity.WARNING);
    }
  }

  static List<String> recipes() throws IOException {
    try (Stream<Path> folders = Files.list(FIXTURES)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("expected.json")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyExportByARecipeTrains(String fixture) throws Exception {
    assertThat(check(fixture + "/model.onnx").findings())
        .filteredOn(finding -> finding.severity() == Severity.REFUSED)
        .isEmpty();
  }

  private static ModelCheck check(String file) throws IOException {
    return ModelCheck.of(FIXTURES.resolve(file), Limits.LOCAL, new PyTorchEngine());
  }
}
