package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.runtime.device.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Runs of PyTorch in Python, by the script that comes with Caisson, and the same models exported
/// for us.
final class PeerRuns {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path python;
  private final Path driver;
  private final Path models;
  private final Device device;
  private final int threads;
  private final double seconds;

  private PeerRuns(
      Path python, Path driver, Path models, Device device, int threads, double seconds) {
    this.python = python;
    this.driver = driver;
    this.models = models;
    this.device = device;
    this.threads = threads;
    this.seconds = seconds;
  }

  /// Exports the models into the folder.
  static PeerRuns prepare(
      Path python,
      Path driver,
      Path folder,
      List<Workload> workloads,
      Device device,
      int threads,
      double seconds)
      throws IOException, CommandFailure, InterruptedException {
    PythonRun.check(driver);
    Path models = folder.resolve("models");
    PeerRuns peer = new PeerRuns(python, driver, models, device, threads, seconds);
    List<String> arguments = new ArrayList<>(List.of("--export", models.toString()));
    workloads.forEach(w -> Collections.addAll(arguments, "--workload", w.label()));
    peer.run(arguments);
    return peer;
  }

  Path model(Workload workload) {
    return models.resolve(workload.label() + ".onnx");
  }

  Measured measure(Workload workload) throws IOException, CommandFailure, InterruptedException {
    List<String> lines =
        run(
            List.of(
                "--workload",
                workload.label(),
                "--warmup",
                Integer.toString(workload.warmUpSteps()),
                "--device",
                device.toString(),
                "--threads",
                Integer.toString(threads),
                "--seconds",
                Double.toString(seconds)));
    return JSON.readValue(lines.getLast(), Measured.class);
  }

  private List<String> run(List<String> arguments)
      throws IOException, CommandFailure, InterruptedException {
    return PythonRun.lines(python, driver, arguments, models.resolveSibling("peer.log"));
  }
}
