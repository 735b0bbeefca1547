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

/// `caisson bench rounds`: what a round costs without training, beside the bare transfer of the
/// same bytes in the same run, and beside Flower and NVFLARE where a Python with them is named.
@Command(
    name = "rounds",
    description = {
      "Measure rounds without training: real coordinator and site processes, TLS, masking, ledgers "
          + "and checks, an engine that trains nothing. Prints seconds of a round, also as a ratio "
          + "to the bare transfer of the same bytes, and memory, threads and open files of each "
          + "process after a tenth of the rounds and at the end."
    })
final class RoundsCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--sites",
      paramLabel = "S",
      defaultValue = "3",
      description = "Sites that take part (default: ${DEFAULT-VALUE}).")
  private int sites;

  @Option(
      names = "--megabytes",
      paramLabel = "M",
      defaultValue = "10",
      description = "Million bytes of the model's numbers (default: ${DEFAULT-VALUE}).")
  private double megabytes;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      defaultValue = "20",
      description = "Rounds of training (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--sites-per-process",
      paramLabel = "N",
      description = "Agents that share a process (default: 1 of up to 8 sites, else 25).")
  private @Nullable Integer sitesPerProcess;

  @Option(
      names = "--heap",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Bound of the coordinator's heap (default: ${DEFAULT-VALUE}).")
  private int heap;

  @Option(
      names = "--site-heap",
      paramLabel = "MIB",
      description = "Bound of the heap of a process of sites (default: by their models).")
  private @Nullable Integer siteHeap;

  @Option(
      names = "--bare",
      paramLabel = "N",
      defaultValue = "5",
      description = "Repeats of the bare transfer (default: ${DEFAULT-VALUE}).")
  private int bare;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Where the homes are put, and stay (default: a temporary folder).")
  private @Nullable Path kept;

  @Option(
      names = "--flower",
      paramLabel = "PYTHON",
      description = "A Python with flwr to measure beside.")
  private @Nullable Path flower;

  @Option(
      names = "--nvflare",
      paramLabel = "PYTHON",
      description = "A Python with nvflare to measure beside.")
  private @Nullable Path nvflare;

  @Option(
      names = "--drivers",
      paramLabel = "DIR",
      defaultValue = "benchmarks/peers",
      description = "Where the peers' scripts are (default: ${DEFAULT-VALUE}).")
  private Path drivers = Path.of("");

  @Option(names = "--json", description = "No progress; the last line is a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CommandFailure, InterruptedException {
    RoundsSettings settings = settings();
    if (flower != null) {
      PythonRun.check(flowerDriver());
    }
    if (nvflare != null) {
      PythonRun.check(nvflareDriver());
    }
    Path folder =
        kept == null
            ? Files.createTempDirectory("caisson-bench")
            : Files.createDirectories(kept).toAbsolutePath();
    try (Progress progress = Progress.onStderr("round", json)) {
      RoundsResult ours;
      try (RoundsRun run = new RoundsRun(folder, settings, progress)) {
        ours = run.run();
      }
      RoundsReport report = new RoundsReport(ours, peers(settings, folder));
      PrintWriter out = spec.commandLine().getOut();
      out.println(json ? report.json() : report.text());
      return 0;
    } finally {
      if (kept == null) {
        Folders.delete(folder);
      }
    }
  }

  private RoundsSettings settings() {
    try {
      int together =
          sitesPerProcess == null ? RoundsSettings.usualSitesPerProcess(sites) : sitesPerProcess;
      return new RoundsSettings(
          sites,
          megabytes,
          rounds,
          together,
          heap,
          siteHeap == null ? RoundsSettings.usualSiteHeap(together, megabytes) : siteHeap,
          bare);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  /// One after the other, when ours have ended.
  private List<JsonNode> peers(RoundsSettings settings, Path folder)
      throws IOException, CommandFailure, InterruptedException {
    List<JsonNode> found = new ArrayList<>();
    if (flower != null) {
      found.add(peer(flower, flowerDriver(), settings, folder));
    }
    if (nvflare != null) {
      found.add(peer(nvflare, nvflareDriver(), settings, folder));
    }
    return found;
  }

  private static JsonNode peer(Path python, Path driver, RoundsSettings settings, Path folder)
      throws IOException, CommandFailure, InterruptedException {
    List<String> arguments =
        List.of(
            "--sites",
            Integer.toString(settings.sites()),
            "--bytes",
            Long.toString(settings.vectorBytes()),
            "--rounds",
            Integer.toString(settings.rounds()));
    List<String> lines = PythonRun.lines(python, driver, arguments, folder.resolve("peer.log"));
    return new ObjectMapper().readTree(lines.getLast());
  }

  private Path flowerDriver() {
    return drivers.resolve("flower_rounds.py");
  }

  private Path nvflareDriver() {
    return drivers.resolve("nvflare_rounds.py");
  }
}
