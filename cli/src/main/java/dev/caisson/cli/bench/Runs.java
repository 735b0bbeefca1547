package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.Main;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.ChildPlan;
import dev.caisson.cli.process.ChildProcess;
import dev.caisson.cli.process.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/// Our own runs: each is a process, so that its memory is its own.
final class Runs implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HEAP_MEBIBYTES = 256;

  private final Children children = new Children(Main.class);
  private final Path folder;
  private final int threads;
  private final double seconds;
  private int started;

  Runs(Path folder, int threads, double seconds) {
    this.folder = folder;
    this.threads = threads;
    this.seconds = seconds;
  }

  /// Trains a workload, on the given graph or our own.
  Measured measure(Workload workload, Optional<Path> model)
      throws IOException, CommandFailure, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("--workload", workload.name()));
    model.ifPresent(m -> Collections.addAll(arguments, "--model", m.toString()));
    return JSON.treeToValue(run(false, arguments), Measured.class);
  }

  /// Many small models at once.
  JsonNode ensemble() throws IOException, CommandFailure, InterruptedException {
    return run(false, List.of("--ensemble"));
  }

  /// Memory over so many steps.
  JsonNode watch(long steps) throws IOException, CommandFailure, InterruptedException {
    return run(true, List.of("--workload", Workload.MLP.name(), "--steps", Long.toString(steps)));
  }

  private JsonNode run(boolean wholeHeap, List<String> arguments)
      throws IOException, CommandFailure, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bench", "engine-run"));
    command.addAll(arguments);
    Collections.addAll(
        command, "--threads", Integer.toString(threads), "--seconds", Double.toString(seconds));
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    ChildProcess child =
        children.start(
            new ChildPlan("run-" + ++started, folder, HEAP_MEBIBYTES, wholeHeap, command),
            lines::add);
    try {
      if (child.exit().get() != 0) {
        throw new CommandFailure(String.valueOf(child.failure().getMessage()), child.failure());
      }
    } catch (ExecutionException e) {
      throw new IOException("a run of the measurement was lost", e);
    }
    return JSON.readTree(lastLine(lines));
  }

  /// The output is read on a thread of its own, which may be a moment behind the end.
  private static String lastLine(List<String> lines) throws InterruptedException {
    for (int i = 0; i < 100 && lines.isEmpty(); i++) {
      Thread.sleep(20);
    }
    return lines.isEmpty() ? "{}" : lines.getLast();
  }

  @Override
  public void close() {
    children.close();
  }
}
