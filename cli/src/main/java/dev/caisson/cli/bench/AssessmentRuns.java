package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caisson.cli.Main;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.ChildPlan;
import dev.caisson.cli.process.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Our own assessments: each is a process with a heap of 1 GiB and nothing of an earlier one.
final class AssessmentRuns implements AutoCloseable {
  private static final int HEAP_MEBIBYTES = 1024;

  private final Children children = new Children(Main.class);
  private final Path folder;
  private final AssessmentFiles files;
  private final int columns;
  private final int threads;
  private int started;

  AssessmentRuns(Path folder, int columns, int threads) {
    this.folder = folder;
    this.files = new AssessmentFiles(folder);
    this.columns = columns;
    this.threads = threads;
  }

  /// Writes rows of each of these sizes, and the network.
  void setUp(List<Integer> sizes) throws IOException, CommandFailure, InterruptedException {
    run(
        List.of(
            "bench",
            "airlock-set-up",
            "--folder",
            folder.toString(),
            "--rows",
            sizes.stream().map(String::valueOf).collect(Collectors.joining(",")),
            "--columns",
            Integer.toString(columns)));
  }

  /// Assesses a model, or the network, with rows that are there. Timed from the start of the
  /// process to its end.
  MeasuredAssessment assess(@Nullable Path model, int rows)
      throws IOException, CommandFailure, InterruptedException {
    Path place = Files.createTempDirectory(folder, "assessed"); // its home, and so its attempts
    long start = System.nanoTime();
    JsonNode line =
        run(
            List.of(
                "bench",
                "airlock-run",
                "--folder",
                folder.toString(),
                "--model",
                (model == null ? files.model() : model).toAbsolutePath().toString(),
                "--rows",
                Integer.toString(rows),
                "--threads",
                Integer.toString(threads),
                "--out",
                place.resolve("out").toString()));
    return MeasuredAssessment.of((System.nanoTime() - start) / 1e9, line);
  }

  private JsonNode run(List<String> arguments)
      throws IOException, CommandFailure, InterruptedException {
    return ChildRun.of(
        children,
        new ChildPlan("run-" + ++started, folder, HEAP_MEBIBYTES, false, true, arguments));
  }

  @Override
  public void close() {
    children.close();
  }
}
