package dev.caisson.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Real exports, each with the parameters that PyTorch counts beside it.
class FixtureLayoutTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\{\"name\": \"([^\"]+)\", \"kind\": \"(\\w+)\", \"shape\": \\[([^]]*)], \"offset\": (\\d+)}");

  static Stream<Path> fixtures() throws IOException {
    try (Stream<Path> folders = Files.list(FIXTURES)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("expected.json")))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void findsTheParametersOfPyTorch(Path folder) throws Exception {
    List<Parameter> expected = expected(Files.readString(folder.resolve("expected.json")));

    OnnxModel model = OnnxModel.load(folder.resolve("model.onnx"));

    assertThat(expected).isNotEmpty();
    assertThat(model.layout().parameters())
        .as("constants %s", model.constants())
        .isEqualTo(expected);
    assertThat(model.withVector(model.initialVector()).bytes()).isEqualTo(model.bytes());
  }

  private static List<Parameter> expected(String json) {
    List<Parameter> parameters = new ArrayList<>();
    for (MatchResult match : PARAMETER.matcher(json).results().toList()) {
      long[] shape = Arrays.stream(match.group(3).split(", ")).mapToLong(Long::parseLong).toArray();
      parameters.add(
          new Parameter(
              match.group(1),
              Shape.of(shape),
              Integer.parseInt(match.group(4)),
              (int) Shape.of(shape).elements(),
              Parameter.Kind.valueOf(match.group(2))));
    }
    return parameters;
  }
}
