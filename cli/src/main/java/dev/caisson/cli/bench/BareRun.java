package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.Main;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.process.ChildPlan;
import dev.caisson.cli.process.ChildProcess;
import dev.caisson.cli.process.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;

/// The bare transfer: the model's bytes to every site at once and back, in as many processes as the
/// rounds have, which end before the rounds begin.
final class BareRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofMinutes(5);
  private static final int HEAP_MEBIBYTES = 256;

  private final Path folder;
  private final RoundsSettings settings;
  private final RoundsFederation federation;

  BareRun(Path folder, RoundsSettings settings, RoundsFederation federation) {
    this.folder = folder;
    this.settings = settings;
    this.federation = federation;
  }

  /// Of each repeat; the first has cold processes.
  List<Double> seconds() throws IOException, CommandFailure, InterruptedException {
    List<String> said = Collections.synchronizedList(new ArrayList<>());
    try (Children children = new Children(Main.class)) {
      List<String> serving =
          arguments("--callers", Integer.toString(settings.sites()), "--home", home());
      ChildProcess server = children.start(plan("bare-server", serving), said::add);
      String port = JSON.readTree(server.ready(START)).get("port").asText();
      List<ChildProcess> processes = new ArrayList<>();
      for (List<String> names : settings.processes()) {
        List<String> dialling = arguments("--dial", port);
        names.forEach(n -> Collections.addAll(dialling, "--home", federation.site(n).toString()));
        processes.add(children.start(plan("bare-" + (processes.size() + 1), dialling)));
      }
      processes.add(server);
      for (ChildProcess process : processes) {
        await(process);
      }
    }
    List<Double> seconds = new ArrayList<>();
    JSON.readTree(ChildRun.lastLine(said))
        .path("seconds")
        .forEach(each -> seconds.add(each.doubleValue()));
    return seconds;
  }

  private String home() {
    return federation.coordinator().toString();
  }

  private List<String> arguments(String... own) {
    List<String> arguments = new ArrayList<>(List.of("bench", "rounds-bare"));
    Collections.addAll(arguments, own);
    Collections.addAll(
        arguments,
        "--bytes",
        Long.toString(settings.vectorBytes()),
        "--repeats",
        Integer.toString(settings.bareRepeats()));
    return arguments;
  }

  private ChildPlan plan(String name, List<String> arguments) {
    return new ChildPlan(name, folder, HEAP_MEBIBYTES, false, true, arguments);
  }

  private static void await(ChildProcess process)
      throws IOException, CommandFailure, InterruptedException {
    try {
      if (process.exit().get() != 0) {
        throw new CommandFailure(String.valueOf(process.failure().getMessage()), process.failure());
      }
    } catch (ExecutionException e) {
      throw new IOException("a run of the measurement was lost", e);
    }
  }
}
