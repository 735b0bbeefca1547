package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.progress.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `caisson bench airlock`: how long an assessment takes and in how much memory, on made-up rows,
/// beside SACRO-ML's attacks on the same rows. Runs of the two take turns.
@Command(
    name = "airlock",
    description = {
      "Measure 'airlock assess' on made-up rows, half members and half not, with a small trained "
          + "network or a model of yours: seconds in all and for each phase, and memory, each run in "
          + "a process of its own with a heap of 1 GiB. With --python, beside SACRO-ML on the same "
          + "rows."
    })
final class AssessmentsCommand implements Callable<Integer> {
  private static final int MANY_ROWS = 1_000_000;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Rows of both sides together (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--columns",
      paramLabel = "N",
      defaultValue = "30",
      description = "Features (default: ${DEFAULT-VALUE}).")
  private int columns;

  @Option(names = "--big", description = "Also a million rows, once.")
  private boolean big;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "This ONNX file instead of the network; it must take the same columns.")
  private @Nullable Path model;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Keep rows, network and dossiers in this new folder, to train a --model on the rows "
              + "(default: a temporary one).")
  private @Nullable Path kept;

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      description = "A Python with sacroml to measure beside.")
  private @Nullable Path python;

  @Option(
      names = "--driver",
      paramLabel = "FILE",
      defaultValue = "benchmarks/peers/sacro_airlock.py",
      description = "The peer's script (default: ${DEFAULT-VALUE}).")
  private Path driver = Path.of("");

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each (default: ${DEFAULT-VALUE}).")
  private int repeats;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "What 'airlock assess' is given (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(names = "--json", description = "No progress; the last line is a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    check(rows >= 200 && rows <= 10_000_000, "--rows must be 200 to 10000000, got " + rows);
    check(columns >= 1 && columns <= 10_000, "--columns must be 1 to 10000, got " + columns);
    check(repeats >= 1 && repeats <= 100, "--repeats must be 1 to 100, got " + repeats);
    check(threads >= 1 && threads <= 256, "--threads must be 1 to 256, got " + threads);
    if (python != null) {
      PythonRun.check(driver);
    }
    Path folder =
        kept == null
            ? Files.createTempDirectory("caisson-bench")
            : Files.createDirectories(kept).toAbsolutePath();
    try (AssessmentRuns runs = new AssessmentRuns(folder, columns, threads);
        Progress progress = Progress.onStderr("run", json)) {
      AssessmentReport report = measure(runs, folder, progress);
      PrintWriter out = spec.commandLine().getOut();
      out.println(json ? report.json() : report.text());
      return 0;
    } finally {
      if (kept == null) {
        Folders.delete(folder);
      }
    }
  }

  private AssessmentReport measure(AssessmentRuns runs, Path folder, Progress progress)
      throws IOException, CommandFailure, InterruptedException {
    int all = repeats + (big ? 1 : 0);
    runs.setUp(big ? List.of(rows, MANY_ROWS) : List.of(rows));
    List<MeasuredAssessment> ours = new ArrayList<>();
    List<JsonNode> theirs = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      ours.add(runs.assess(model, rows));
      if (python != null) {
        theirs.add(peer(python, folder));
      }
      progress.update(i + 1, all, "%,d rows".formatted(rows));
    }
    List<MeasuredAssessment> many = new ArrayList<>();
    if (big) {
      many.add(runs.assess(model, MANY_ROWS));
      progress.update(all, all, "%,d rows".formatted(MANY_ROWS));
    }
    return new AssessmentReport(rows, columns, threads, ours, many, theirs);
  }

  private JsonNode peer(Path interpreter, Path folder)
      throws IOException, CommandFailure, InterruptedException {
    AssessmentFiles files = new AssessmentFiles(folder);
    List<String> lines =
        PythonRun.lines(
            interpreter,
            driver,
            List.of(
                files.members(rows).toString(),
                files.nonMembers(rows).toString(),
                SyntheticRows.LABEL),
            folder.resolve("peer.log"));
    return new ObjectMapper().readTree(lines.getLast());
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
