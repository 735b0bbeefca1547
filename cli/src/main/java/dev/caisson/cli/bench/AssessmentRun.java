package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.Lifeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs `caisson airlock assess` itself in this process, for [AssessmentsCommand] to start, and
/// prints a line of JSON: what the dossier says of its phases, and the memory that it took.
@Command(name = "airlock-run", hidden = true, description = "One run, for 'bench airlock'.")
final class AssessmentRun implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Integer> VERDICTS = Set.of(0, 3, 4); // exit codes of a finished one
  private static final double MEBIBYTE = 1 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Lifeline lifeline = new Lifeline();

  @Option(names = "--folder", required = true)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path folder;

  @Option(names = "--model", required = true)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path model;

  @Option(names = "--rows", required = true)
  private int rows;

  @Option(names = "--threads", required = true)
  private int threads;

  @Option(names = "--out", required = true)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path out;

  @Override
  public Integer call() throws IOException, CommandFailure {
    lifeline.hold();
    AssessmentFiles files = new AssessmentFiles(folder);
    CommandLine caisson = spec.root().commandLine();
    PrintWriter ours = spec.commandLine().getOut();
    caisson.setOut(new PrintWriter(new StringWriter()));
    int code =
        caisson.execute(
            "airlock",
            "assess",
            "--json",
            "--model",
            model.toString(),
            "--members",
            files.members(rows).toString(),
            "--non-members",
            files.nonMembers(rows).toString(),
            "--label",
            SyntheticRows.LABEL,
            "--threads",
            Integer.toString(threads),
            "--out",
            out.toString());
    if (!VERDICTS.contains(code)) {
      throw new CommandFailure("the assessment failed with exit code " + code);
    }
    ours.println(measured());
    ours.flush();
    return 0;
  }

  private ObjectNode measured() throws IOException {
    JsonNode dossier = JSON.readTree(out.resolve("dossier.json").toFile());
    ObjectNode line = JSON.createObjectNode();
    line.put("verdict", dossier.path("verdict").asText());
    line.put("cpuSeconds", cpuSeconds());
    line.put("peakRssMiB", ProcessMemory.peak());
    line.put("peakHeapMiB", peakHeap());
    line.set("phases", dossier.at("/provenance/assessment/seconds"));
    return line;
  }

  /// Of all threads, those of the compiler and the collector included.
  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis()
        / 1000.0;
  }

  /// The most that each part of the heap held at a time, summed: at least what was ever used.
  private static double peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
            .sum()
        / MEBIBYTE;
  }
}
