package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.progress.Progress;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.engine.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `caisson bench engines`: how fast the engine trains, and in how much memory, beside Python
/// PyTorch on the same graphs. Runs of the two take turns; the ratio is that of their medians.
@Command(
    name = "engines",
    description = {
      "Measure training: samples per second and peak memory of four models, memory over many "
          + "steps, and many small models at once. With --python, beside PyTorch on the same "
          + "graphs."
    })
final class EnginesCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      description = "A Python with torch, onnx, onnxscript and onnxruntime to measure beside.")
  private @Nullable Path python;

  @Option(
      names = "--driver",
      paramLabel = "FILE",
      defaultValue = "benchmarks/peers/pytorch_engines.py",
      description = "The peer's script (default: ${DEFAULT-VALUE}).")
  private Path driver = Path.of("");

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      description = "Only this model: ${COMPLETION-CANDIDATES} (default: all; may be repeated).")
  private List<Workload> workloads = List.of(Workload.values());

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "pytorch",
      description = "Which engine: pytorch or dl4j (default: ${DEFAULT-VALUE}).")
  private String engine = "pytorch";

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "For each run (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each engine and model (default: ${DEFAULT-VALUE}).")
  private int repeats;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads inside an operation, for both (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      converter = OnDevice.class,
      description = "cpu or cuda:N, for both (default: ${DEFAULT-VALUE}).")
  private Device device = Device.cpu();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20000",
      description =
          "Steps over which memory must not grow; 0 to leave this out (default: "
              + "${DEFAULT-VALUE}).")
  private long steps;

  @Option(names = "--json", description = "No progress; the last line is a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    check(
        Engines.find(engine).isPresent(),
        "--engine must be one of %s, got '%s'"
            .formatted(String.join(", ", Engines.names()), engine));
    check(seconds > 0 && seconds <= 3600, "--seconds must be above 0 and at most 3600");
    check(repeats >= 1 && repeats <= 100, "--repeats must be 1 to 100");
    check(threads >= 1 && threads <= 1024, "--threads must be 1 to 1024");
    check(steps >= 0, "--steps must not be negative");
    Path folder = Files.createTempDirectory("caisson-bench");
    try (Runs runs = new Runs(folder, engine, device, threads, seconds);
        Progress progress = Progress.onStderr("run", json)) {
      Optional<PeerRuns> peer =
          python == null
              ? Optional.empty()
              : Optional.of(
                  PeerRuns.prepare(python, driver, folder, workloads, device, threads, seconds));
      List<Compared> compared = new ArrayList<>();
      int done = 0;
      int all = workloads.size() * repeats;
      for (Workload workload : workloads) {
        List<Measured> ours = new ArrayList<>();
        List<Measured> theirs = new ArrayList<>();
        for (int i = 0; i < repeats; i++) {
          ours.add(runs.measure(workload, peer.map(p -> p.model(workload))));
          if (peer.isPresent()) {
            theirs.add(peer.get().measure(workload));
          }
          progress.update(++done, all, workload.label());
        }
        compared.add(Compared.of(workload, ours, theirs));
      }
      JsonNode ensemble = runs.ensemble();
      Optional<JsonNode> growth = steps == 0 ? Optional.empty() : Optional.of(runs.watch(steps));
      EngineReport report = new EngineReport(threads, compared, ensemble, growth);
      PrintWriter out = spec.commandLine().getOut();
      out.println(json ? report.json() : report.text());
      return 0;
    } finally {
      Folders.delete(folder);
    }
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
