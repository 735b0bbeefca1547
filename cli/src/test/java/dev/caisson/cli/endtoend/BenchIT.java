package dev.caisson.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
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
  void assessmentsAreMeasuredWithEveryPhaseAndTheMemoryOfTheirProcess() throws Exception {
    Path kept = scratch.resolve("kept");
    Caisson.Ended ended =
        new Caisson(scratch)
            .run(
                "bench",
                "airlock",
                "--json",
                "--rows",
                "300",
                "--columns",
                "3",
                "--repeats",
                "2",
                "--folder",
                kept.toString());

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(ended.lastLine());
    assertThat(report.get("rows").intValue()).isEqualTo(300);
    assertThat(report.get("columns").intValue()).isEqualTo(3);
    assertThat(report.get("runs")).hasSize(2);
    for (JsonNode run : report.get("runs")) {
      assertThat(run.get("verdict").textValue()).isEqualTo("needs-a-person");
      assertThat(run.get("peakRssMiB").doubleValue())
          .isGreaterThan(run.get("peakHeapMiB").doubleValue());
      assertThat(run.get("peakHeapMiB").doubleValue()).isPositive();
      assertThat(run.get("cpuSeconds").doubleValue()).isPositive();
      double phases = 0;
      for (JsonNode phase : run.get("phases")) {
        phases += phase.doubleValue();
      }
      assertThat(run.get("seconds").doubleValue()).isGreaterThan(phases);
      assertThat(run.get("phases").fieldNames())
          .toIterable()
          .contains(
              "scan of the file",
              "opening of the model",
              "reading of the rows",
              "scoring of the rows",
              "checks of the evidence",
              "attack: loss",
              "attack: quantile",
              "attack: worst-case",
              "digests and ruling");
    }
    assertThat(report.get("million")).isEmpty();
    assertThat(report.get("peer")).isEmpty();
    assertThat(kept.resolve("members-300.csv"))
        .content()
        .startsWith("x0,x1,x2,outcome\n")
        .hasLineCount(151);
    assertThat(kept.resolve("mlp.onnx")).isNotEmptyFile();
  }

  @Test
  void equalSizesGiveEqualRows() throws Exception {
    Caisson caisson = new Caisson(scratch);
    for (String folder : new String[] {"one", "other"}) {
      caisson.run(
          "bench",
          "airlock-set-up",
          "--folder",
          Files.createDirectories(scratch.resolve(folder)).toString(),
          "--rows",
          "200",
          "--columns",
          "2");
    }

    for (String file : new String[] {"members-200.csv", "non-members-200.csv", "mlp.onnx"}) {
      assertThat(scratch.resolve("one").resolve(file))
          .hasSameBinaryContentAs(scratch.resolve("other").resolve(file));
    }
    assertThat(Files.readAllLines(scratch.resolve("one/members-200.csv")))
        .doesNotContainAnyElementsOf(
            Files.readAllLines(scratch.resolve("one/non-members-200.csv")).subList(1, 101));
  }

  @Test
  void aPeerThatIsNotThereIsSaidInOneLine() throws Exception {
    Caisson.Ended ended =
        new Caisson(scratch)
            .run("bench", "engines", "--python", "/bin/false", "--driver", "/bin/false");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err().lines()).hasSize(1).first().asString().contains("the peer failed");
  }

  @Test
  void aRoundOverASparseGraphSaysWhatTheGraphPromises() throws Exception {
    Caisson.Ended ended =
        new Caisson(scratch)
            .run(
                "bench",
                "secure-agg",
                "--json",
                "--sites",
                "200",
                "--entries",
                "10",
                "--graph",
                "regular");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(ended.lastLine());
    assertThat(report.get("others").intValue()).isBetween(95, 189);
    assertThat(report.get("alpha").doubleValue())
        .isEqualTo(report.get("others").intValue() / 200.0);
    assertThat(report.get("log2OfHalfOrLess").doubleValue()).isLessThan(-40);
    assertThat(report.get("checkedBySites").booleanValue()).isFalse();
  }

  @Test
  void aRoundOfSecureAggregationIsMeasuredAndItsSumIsRight() throws Exception {
    Caisson.Ended ended =
        new Caisson(scratch)
            .run(
                "bench",
                "secure-agg",
                "--json",
                "--sites",
                "4",
                "--entries",
                "70000",
                "--drop",
                "25",
                "--threads",
                "2");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(ended.lastLine());
    assertThat(report.get("survivors").intValue()).isEqualTo(3);
    assertThat(report.get("sum").textValue()).isEqualTo("exact");
    // 70,000 residues of 24 bits, in chunks that end on whole bytes
    assertThat(report.get("phases"))
        .anySatisfy(
            phase -> {
              assertThat(phase.get("phase").textValue()).isEqualTo("send");
              assertThat(phase.get("bytes").longValue()).isEqualTo(210_000);
            });
    assertThat(report.get("checkedBySites").booleanValue()).isTrue();
    assertThat(report.get("phases"))
        .extracting(phase -> phase.get("side").textValue() + " " + phase.get("phase").textValue())
        .contains("COORDINATOR opening", "SITE tag", "COORDINATOR tags", "SITE verify");
    // three times Y, each 70,000 sums of three residues of 24 bits: 26 bits
    assertThat(report.get("phases"))
        .anySatisfy(
            phase -> {
              assertThat(phase.get("phase").textValue()).isEqualTo("tags");
              assertThat(phase.get("bytes").longValue()).isGreaterThan(3 * 70_000 * 26 / 8);
            });
  }

  @Test
  void roundsAreMeasuredBetweenRealProcessesBesideTheBareTransferAndAPeer() throws Exception {
    Path drivers = Files.createDirectory(scratch.resolve("drivers"));
    Files.writeString(
        drivers.resolve("flower_rounds.py"),
        """
        echo '{"engine": "Flower", "medianSeconds": 1.5}'
        echo '{"engine": "Flower", "medianSeconds": 2.5}'
        """);
    Caisson.Ended ended =
        new Caisson(scratch)
            .run(
                "bench",
                "rounds",
                "--json",
                "--sites",
                "4",
                "--sites-per-process",
                "2",
                "--megabytes",
                "0.01",
                "--rounds",
                "3",
                "--bare",
                "2",
                "--flower",
                "/bin/sh",
                "--drivers",
                drivers.toString());

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(ended.lastLine());
    assertThat(report.get("eachRoundSeconds")).hasSize(3);
    JsonNode seconds = report.get("roundSeconds");
    assertThat(seconds.get("median").doubleValue()).isPositive();
    assertThat(seconds.get("p90").doubleValue()).isEqualTo(seconds.get("max").doubleValue());
    assertThat(seconds.get("atCoordinatorMedian").doubleValue()).isPositive();
    assertThat(report.get("bare").get("seconds")).hasSize(2);
    assertThat(report.get("ratioToBare").doubleValue())
        .isEqualTo(
            seconds.get("median").doubleValue() / report.get("bare").get("median").doubleValue());
    // the masked vector: residues of more than 24 bits; then keys, shares, signatures
    long numbers = report.get("vectorBytes").longValue() / Float.BYTES;
    assertThat(numbers).isBetween(2_500L, 2_600L);
    assertThat(report.get("bytesSentBySite").doubleValue()).isBetween(numbers * 3.0, 100_000.0);
    assertThat(report.get("memory"))
        .extracting(process -> process.get("process").textValue())
        .containsExactly("coordinator", "sites-1", "sites-2");
    for (JsonNode process : report.get("memory")) {
      for (String when : new String[] {"early", "end"}) {
        JsonNode sample = process.get(when);
        assertThat(sample.get("peakRssMiB").doubleValue())
            .isGreaterThanOrEqualTo(sample.get("rssMiB").doubleValue());
        assertThat(sample.get("liveHeapMiB").doubleValue())
            .isBetween(1.0, sample.get("peakRssMiB").doubleValue());
        assertThat(sample.get("threads").intValue()).isGreaterThan(5);
        assertThat(sample.get("descriptors").intValue()).isGreaterThan(5);
      }
    }
    assertThat(report.get("peers")).hasSize(1);
    assertThat(report.get("peers").get(0).get("medianSeconds").doubleValue()).isEqualTo(2.5);
  }
}
