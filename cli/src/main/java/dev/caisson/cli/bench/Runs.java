package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.Main;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.ChildPlan;
import dev.caisson.cli.process.Children;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.engine.Engines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Our own runs: each is a process, so that its memory is its own.
final class Runs implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HEAP_MEBIBYTES = 256;

  /// DL4J's optimiser, gradients and weights are Java arrays: those of resnet18 are 45 MB each.
  private static final int DL4J_HEAP_MEBIBYTES = 1024;

  private final Children children = new Children(Main.class);
  private final Path folder;
  private final Device device;
  private final int threads;
  private final double seconds;
  private int started;

  Runs(Path folder, Device device, int threads, double seconds) {
    this.folder = folder;
    this.device = device;
    this.threads = threads;
    this.seconds = seconds;
  }

  /// Trains a workload by an engine, on the given graph or our own.
  Measured measure(String engine, Workload workload, Optional<Path> model)
      throws IOException, CommandFailure, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("--workload", workload.name()));
    model.ifPresent(m -> Collections.addAll(arguments, "--model", m.toString()));
    return JSON.treeToValue(run(engine, false, arguments), Measured.class);
  }

  /// Many small models at once.
  JsonNode ensemble(String engine) throws IOException, CommandFailure, InterruptedException {
    return run(engine, false, List.of("--ensemble"));
  }

  /// Memory over so many steps.
  JsonNode watch(String engine, long steps)
      throws IOException, CommandFailure, InterruptedException {
    return run(
        engine, true, List.of("--workload", Workload.MLP.name(), "--steps", Long.toString(steps)));
  }

  private JsonNode run(String engine, boolean wholeHeap, List<String> arguments)
      throws IOException, CommandFailure, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bench", "engine-run"));
    command.addAll(arguments);
    Collections.addAll(
        command,
        "--engine",
        engine,
        "--device",
        device.toString(),
        "--threads",
        Integer.toString(threads),
        "--seconds",
        Double.toString(seconds));
    int heap =
        Engines.find(engine).equals(Optional.of(Engines.DL4J))
            ? DL4J_HEAP_MEBIBYTES
            : HEAP_MEBIBYTES;
    return ChildRun.of(
        children, new ChildPlan("run-" + ++started, folder, heap, wholeHeap, false, command));
  }

  @Override
  public void close() {
    children.close();
  }
}
