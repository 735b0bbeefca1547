package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.cli.Main;
import dev.caisson.cli.failure.CommandFailure;
import dev.caisson.cli.grpc.StudiesClient;
import dev.caisson.cli.people.Desk;
import dev.caisson.cli.process.ChildPlan;
import dev.caisson.cli.process.ChildProcess;
import dev.caisson.cli.process.Children;
import dev.caisson.cli.progress.Progress;
import dev.caisson.runtime.onnx.InvalidModelException;
import dev.caisson.runtime.onnx.Limits;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.secagg.VectorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// One measurement of rounds: the bare transfer first, then a study from its submission to its last
/// round. A coordinator and the sites are processes of their own; this one only submits and
/// watches.
final class RoundsRun implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofMinutes(5);
  private static final String HOST = "127.0.0.1";
  private static final int PATIENCE_SECONDS = 600;

  private final Children children = new Children(Main.class);
  private final SequencedMap<String, ChildProcess> processes = new LinkedHashMap<>();
  private final Path folder;
  private final RoundsSettings settings;
  private final Progress progress;

  RoundsRun(Path folder, RoundsSettings settings, Progress progress) {
    this.folder = folder;
    this.settings = settings;
    this.progress = progress;
  }

  RoundsResult run() throws IOException, CommandFailure, InterruptedException {
    RoundsFederation federation = RoundsFederation.create(folder, settings);
    List<Double> bare = new BareRun(folder, settings, federation).seconds();
    Desk.Address address = start(federation);
    FutureTask<Map<String, ProcessSample>> early = new FutureTask<>(this::sample);
    RoundsWatch watch =
        new RoundsWatch(settings.rounds(), () -> Thread.ofVirtual().start(early), progress);
    double submitting;
    try (StudiesClient client = new StudiesClient(federation.desk(address))) {
      long start = System.nanoTime();
      String study = submit(client, federation);
      submitting = (System.nanoTime() - start) / 1e9;
      client.watch(study, watch);
    }
    children.check();
    if (!watch.failure().isEmpty() || watch.rounds().size() < settings.rounds()) {
      throw new CommandFailure(
          "the study ended after %d of %d rounds: %s"
              .formatted(watch.rounds().size(), settings.rounds(), watch.failure()));
    }
    return new RoundsResult(
        settings, submitting, watch.rounds(), watch.troubles(), bare, result(early), sample());
  }

  private String submit(StudiesClient client, RoundsFederation federation)
      throws IOException, CommandFailure, InterruptedException {
    Path packed = folder.resolve("model");
    settings.model().pack(packed);
    try {
      return client.submit(
          federation.plan(), OnnxModel.open(packed, Limits.ofStudy(VectorSpec.MAX_LENGTH)));
    } catch (InvalidModelException e) {
      throw new IllegalStateException("a model that was packed here is sound", e);
    } finally {
      Files.deleteIfExists(packed);
    }
  }

  private Desk.Address start(RoundsFederation federation)
      throws IOException, CommandFailure, InterruptedException {
    ChildProcess coordinator =
        children.start(
            plan(
                "coordinator",
                settings.heapMebibytes(),
                List.of(
                    "coordinator",
                    "run",
                    "--home",
                    federation.coordinator().toString(),
                    "--port",
                    "0",
                    "--patience",
                    Integer.toString(PATIENCE_SECONDS))));
    processes.put("coordinator", coordinator);
    Desk.Address address =
        new Desk.Address(HOST, JSON.readTree(coordinator.ready(START)).get("port").intValue());
    federation.settle(address);
    for (List<String> names : settings.processes()) {
      List<String> arguments = new ArrayList<>(List.of("bench", "rounds-sites"));
      names.forEach(
          name -> Collections.addAll(arguments, "--home", federation.site(name).toString()));
      String process = "sites-" + processes.size();
      processes.put(
          process, children.start(plan(process, settings.siteHeapMebibytes(), arguments)));
    }
    for (ChildProcess process : processes.sequencedValues().reversed()) {
      process.ready(START);
    }
    return address;
  }

  private ChildPlan plan(String name, int heapMebibytes, List<String> arguments) {
    return new ChildPlan(name, folder, heapMebibytes, false, true, arguments);
  }

  private Map<String, ProcessSample> sample() throws IOException, InterruptedException {
    Map<String, ProcessSample> samples = new LinkedHashMap<>();
    for (Map.Entry<String, ChildProcess> process : processes.entrySet()) {
      samples.put(process.getKey(), ProcessSample.of(process.getValue().pid()));
    }
    return samples;
  }

  private static Map<String, ProcessSample> result(FutureTask<Map<String, ProcessSample>> sampling)
      throws IOException, InterruptedException {
    try {
      return sampling.get();
    } catch (ExecutionException e) {
      throw new IOException("the processes could not be looked at", e);
    }
  }

  @Override
  public void close() {
    children.close();
  }
}
