package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.progress.Progress;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.EngineKind;
import dev.caisson.runtime.device.Fitness;
import dev.caisson.runtime.device.Host;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.OnnxModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `caisson bench engines`: how fast an engine trains, and in how much memory, beside the others
/// and Python PyTorch on the same graphs. Runs take turns; a ratio is that of medians.
@Command(
    name = "engines",
    description = {
      "Measure training: samples per second and peak memory of four models, memory over many "
          + "steps, and many small models at once. With --python, beside PyTorch on the same "
          + "graphs."
    })
final class EnginesCommand implements Callable<Integer> {
  private static final String ALL = "all";

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
      description =
          "Which engine: pytorch, dl4j, or all side by side on the processor (default: "
              + "${DEFAULT-VALUE}). Many models at once and memory over steps are the first one's.")
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
        engine.equals(ALL) || Engines.find(engine).isPresent(),
        "--engine must be one of %s, %s, got '%s'"
            .formatted(String.join(", ", Engines.names()), ALL, engine));
    check(
        !engine.equals(ALL) || device instanceof Device.Cpu,
        "--engine all compares on the processor: leave --device out");
    check(seconds > 0 && seconds <= 3600, "--seconds must be above 0 and at most 3600");
    check(repeats >= 1 && repeats <= 100, "--repeats must be 1 to 100");
    check(threads >= 1 && threads <= 1024, "--threads must be 1 to 1024");
    check(steps >= 0, "--steps must not be negative");
    List<String> engines = engine.equals(ALL) ? Engines.names() : List.of(engine);
    requireFit(engines);
    boolean keep = false; // a failure names a log there
    Path folder = Files.createTempDirectory("caisson-bench");
    try (Runs runs = new Runs(folder, device, threads, seconds);
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
        Optional<Path> model = peer.map(p -> p.model(workload));
        SequencedMap<String, List<Measured>> ours = new LinkedHashMap<>();
        engines.forEach(name -> ours.put(name, new ArrayList<>()));
        List<String> able = able(engines, workload, model);
        List<Measured> theirs = new ArrayList<>();
        for (int i = 0; i < repeats; i++) {
          for (String name : able) {
            ours.computeIfAbsent(name, _ -> new ArrayList<>())
                .add(runs.measure(name, workload, model));
          }
          if (peer.isPresent()) {
            theirs.add(peer.get().measure(workload));
          }
          progress.update(++done, all, workload.label());
        }
        compared.add(new Compared(workload, ours, theirs));
      }
      JsonNode ensemble = runs.ensemble(engines.getFirst());
      Optional<JsonNode> growth =
          steps == 0 ? Optional.empty() : Optional.of(runs.watch(engines.getFirst(), steps));
      EngineReport report = new EngineReport(threads, compared, ensemble, growth);
      PrintWriter out = spec.commandLine().getOut();
      out.println(json ? report.json() : report.text());
      return 0;
    } catch (CommandFailure e) {
      keep = true;
      throw e;
    } finally {
      if (!keep) {
        Folders.delete(folder);
      }
    }
  }

  /// Before anything is started: what cannot compute on the device says why.
  private void requireFit(List<String> engines) throws CommandFailure {
    Host host = Host.ofThis();
    for (String name : engines) {
      if (host.fitness(EngineKind.ofLabel(name).orElseThrow(), device)
          instanceof Fitness.CannotRun(String reason)) {
        throw new CommandFailure(
            "%s cannot compute on %s: %s; 'caisson devices' says what can compute here"
                .formatted(name, device, reason));
      }
    }
  }

  /// Of several engines those that have the model's operations. One alone says itself what it
  /// lacks.
  private static List<String> able(List<String> engines, Workload workload, Optional<Path> file)
      throws IOException, CommandFailure {
    if (engines.size() == 1) {
      return engines;
    }
    try {
      OnnxModel model =
          file.isPresent() ? OnnxModel.load(file.get()) : workload.architecture().build();
      return engines.stream().filter(e -> Engines.named(e).lacks(model).isEmpty()).toList();
    } catch (InvalidModelException e) {
      throw new CommandFailure("%s: %s".formatted(workload.label(), e.getMessage()), e);
    }
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
