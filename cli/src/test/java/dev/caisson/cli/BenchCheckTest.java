package dev.caisson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `caisson bench` sees before it starts anything.
final class BenchCheckTest {
  /// Nothing is started, so there is no log to point at.
  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "dl4j"})
  void refusesADeviceThatIsNotThereBeforeAnythingRuns(String engine) {
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(new StringWriter(), true),
            new PrintWriter(err, true),
            "bench",
            "engines",
            "--engine",
            engine,
            "--device",
            "cuda:63");
    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .contains(engine + " cannot compute on cuda:63: cuda:63 is not there; there is ")
        .contains("'caisson devices' says what can compute here")
        .doesNotContain(".log");
  }
}
