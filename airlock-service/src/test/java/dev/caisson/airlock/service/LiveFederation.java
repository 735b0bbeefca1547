package dev.caisson.airlock.service;

import dev.caisson.client.SiteAgent;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.Engine;
import dev.caisson.server.Coordinator;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Roster;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A whole federation in one process, for tests to extend: a coordinator and three site agents with
/// homes of their own, real certificates over loopback, real training and real secure aggregation.
@Timeout(180)
abstract class LiveFederation {
  static final List<String> SITES = List.of("a", "b", "c");
  static final int ROUNDS = 3;
  static final double CLIP = 0.1;
  static final int MAX_WEIGHT = 400;
  static final int DENOMINATOR = 250;

  /// RoundVectors: 24 bits where the sum over the sites fits 32-bit lanes.
  static final double LEVELS = 1 << 24;

  static final String DATASET =
      """
      caisson: dataset/v1
      name: made-up
      version: 1
      id: id
      extra-columns: refuse
      missing-values: [""]
      label: {name: y, values: [0, 1]}
      columns:
        - {name: x1, type: number, range: [-5, 5], outside: clamp, scale-to: [-1, 1], missing: refuse}
        - {name: x2, type: number, range: [-5, 5], outside: clamp, scale-to: [-1, 1], missing: refuse}
        - {name: x3, type: number, range: [-5, 5], outside: clamp, scale-to: [-1, 1], missing: refuse}
      """;

  @TempDir Path folder;
  Homes homes;
  private Coordinator coordinator;
  final Map<String, SiteAgent> agents = new TreeMap<>();
  private Callers callers;

  @BeforeEach
  void start() throws Exception {
    homes = new Homes(folder);
    KeyFiles own = homes.keys("coordinator", Role.COORDINATOR);
    for (String site : SITES) {
      homes.keys(site, Role.SITE);
    }
    homes.keys(Callers.RESEARCHER, Role.RESEARCHER);
    Path roster = folder.resolve("roster");
    homes.roster(roster, SITES);
    coordinator =
        Coordinator.start(
            Homes.loopback(),
            folder.resolve("data"),
            own,
            Roster.decode(Files.readAllBytes(roster)),
            Duration.ofSeconds(60));
    callers = new Callers(homes, coordinator.port());
    for (String site : SITES) {
      Path home = homes.home(site);
      Files.writeString(home.resolve("table.csv"), table(site));
      Files.writeString(home.resolve("dataset.yaml"), DATASET);
      homes.roster(home.resolve("federation.roster"), SITES);
      homes.roster(home.resolve("researchers.roster"), List.of(Callers.RESEARCHER));
      Files.write(home.resolve("coordinator.identity"), homes.identity("coordinator").encoded());
      SplitKey key = SplitKey.generate();
      key.store(home.resolve("split.key"));
      key.close();
      settings(site, 10);
    }
  }

  void settings(String site, int maximumRounds) throws IOException {
    Files.writeString(
        homes.home(site).resolve("site.yaml"),
        """
        version: caisson/site/v1
        coordinator: {host: 127.0.0.1, port: %d}
        table: table.csv
        dataset: dataset.yaml
        threads: 1
        policy:
          projects: [trial]
          maximum-rounds: %d
          maximum-epochs: 2
          maximum-parameters: 1000
          maximum-clip-norm: 1
          minimum-held-out: 10
          colluding-sites: 1
          honest-sites: 2
          allow-total-weights: false
        """
            .formatted(coordinator.port(), maximumRounds));
  }

  @AfterEach
  void stop() throws Exception {
    callers.close();
    for (SiteAgent agent : agents.values()) {
      agent.close();
    }
    coordinator.close();
  }

  /// Sites of 80, 110 and 140 persons; the label follows the first two numbers, with noise.
  static String table(String site) {
    int index = SITES.indexOf(site);
    SplittableRandom random = new SplittableRandom(100 + index);
    StringBuilder csv = new StringBuilder("id,x1,x2,x3,y\n");
    for (int i = 0; i < 80 + 30 * index; i++) {
      double x1 = random.nextGaussian() + 0.3 * index;
      double x2 = random.nextGaussian();
      int y = x1 - x2 + random.nextGaussian() > 0 ? 1 : 0;
      csv.append("%s%d,%.4f,%.4f,%.4f,%d%n".formatted(site, i, x1, x2, random.nextGaussian(), y));
    }
    return csv.toString();
  }

  void run(String site) throws Exception {
    run(site, Engines::named);
  }

  /// @param engines the engine of the name that a plan gives
  void run(String site, Function<String, Engine> engines) throws Exception {
    agents.put(site, serve(homes.home(site), engines));
  }

  /// An agent of this home, on a thread of its own.
  static SiteAgent serve(Path home, Function<String, Engine> engines) throws Exception {
    SiteAgent agent = SiteAgent.open(home, engines, Clock.systemUTC());
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                agent.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return agent;
  }

  /// The plan with some of its words replaced, each by the one after it.
  static StudyPlan plan(String... bends) throws Exception {
    Digest dataset =
        DatasetDescription.parse("dataset.yaml", DATASET.getBytes(StandardCharsets.UTF_8)).digest();
    String text =
        """
        version: caisson/study/v1
        name: small
        project: trial
        sites: [a, b, c]
        rounds: %d
        seed: 7
        dataset: %s
        hold-out: {fraction: 0.3}
        model: {kind: mlp, inputs: 3, hidden: [4]}
        training: {epochs: 1, batch: 16, optimiser: sgd, learning-rate: 0.2, momentum: 0.5}
        aggregation:
          threshold: 3
          clip-norm: %s
          weights: {mode: fixed-denominator, maximum: %d, denominator: %d}
          upload-after-ms: 0
          seconds-per-round: 60
        audit: {smallest-cell: 5, max-persons: 500}
        """
            .formatted(ROUNDS, dataset, CLIP, MAX_WEIGHT, DENOMINATOR);
    for (int i = 0; i < bends.length; i += 2) {
      text = text.replace(bends[i], bends[i + 1]);
    }
    return PlanReader.read("plan", text.getBytes(StandardCharsets.UTF_8));
  }

  ManagedChannel dial(String name, Role role) throws IOException {
    return callers.dial(name, role);
  }

  String submit(StudyPlan plan, OnnxModel model) throws Exception {
    return callers.submit(plan, model);
  }

  List<StudyEvent> trained(String study) throws IOException {
    return watch(study, null);
  }

  /// Until an event has this text, or the study is trained or over.
  List<StudyEvent> watch(String study, @Nullable String text) throws IOException {
    return callers.watch(study, text);
  }

  static List<String> texts(List<StudyEvent> events) {
    return events.stream().map(StudyEvent::getText).toList();
  }
}
