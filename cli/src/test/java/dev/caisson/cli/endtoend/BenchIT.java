package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// That the measurement measures; what it finds is no test.
class BenchIT {
  @TempDir private Path scratch;

  @Test
  void enginesAreMeasuredInProcessesOfTheirOwn() throws Exception {
    Caisson.Ended ended =
        new Caisson(scratch)
            .run(
                "bench",
                "engines",
                "--json",
                "--workload",
                "mlp",
                "--seconds",
                "0.1",
                "--repeats",
                "2",
                "--steps",
                "64");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(ended.lastLine());
    JsonNode runs = report.get("workloads").get(0).get("caisson");
    assertThat(runs).hasSize(2);
    for (JsonNode run : runs) {
      assertThat(run.get("workload").textValue()).isEqualTo("mlp");
      assertThat(run.get("steps").longValue()).isPositive();
      assertThat(run.get("samplesPerSecond").doubleValue()).isPositive();
      assertThat(run.get("peakRssMiB").doubleValue())
          .isGreaterThanOrEqualTo(run.get("importRssMiB").doubleValue());
    }
    assertThat(report.get("ensemble").get("models").intValue()).isEqualTo(64);
    assertThat(report.get("growth").get("steps").longValue()).isEqualTo(64);
  }

  @Test
  void aPeerThatIsNotThereIsSaidInOneLine() throws Exception {
    Caisson.Ended ended =
        new Caisson(scratch)
            .run("bench", "engines", "--python", "/bin/false", "--driver", "/bin/false");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err().lines()).hasSize(1).first().asString().contains("the peer failed");
  }
}
