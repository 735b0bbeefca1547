package dev.caisson.airlock.service;

import dev.caisson.client.SiteAgent;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.Candidate;
import dev.caisson.protocol.wire.CandidatesGrpc;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.NextRequest;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.server.Coordinator;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Roster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A coordinator and three site agents with homes of their own, each behind a [Relay]: real
/// certificates, training and aggregation over connections that a test can break.
final class Live implements AutoCloseable {
  static final List<String> SITES = List.of("a", "b", "c");
  final Homes homes;
  final Coordinator coordinator;
  final Map<String, Relay> relays = new TreeMap<>();
  final Map<String, SiteAgent> agents = new TreeMap<>();
  private final Callers callers;

  /// @param secrets where the sites' split keys are kept, so that two federations hold out the same
  ///   persons and round alike
  Live(Path folder, Path secrets) throws Exception {
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
      relays.put(site, new Relay(coordinator.port()));
      Path home = homes.home(site);
      Files.writeString(home.resolve("table.csv"), LiveFederation.table(site));
      Files.writeString(home.resolve("dataset.yaml"), LiveFederation.DATASET);
      homes.roster(home.resolve("federation.roster"), SITES);
      homes.roster(home.resolve("researchers.roster"), List.of(Callers.RESEARCHER));
      Files.write(home.resolve("coordinator.identity"), homes.identity("coordinator").encoded());
      Path secret = secrets.resolve(site + ".split.key");
      if (!Files.exists(secret)) {
        try (SplitKey key = SplitKey.generate()) {
          key.store(secret);
        }
      }
      Files.copy(
          secret, home.resolve("split.key"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      Files.writeString(home.resolve("site.yaml"), settings(relay(site).port()));
    }
  }

  private static String settings(int port) {
    return """
    version: caisson/site/v1
    coordinator: {host: 127.0.0.1, port: %d}
    table: table.csv
    dataset: dataset.yaml
    threads: 1
    keep-alive-seconds: 10
    policy:
      projects: [trial]
      maximum-rounds: 100
      maximum-epochs: 2
      maximum-parameters: 500000
      maximum-clip-norm: 1
      minimum-held-out: 10
      colluding-sites: 0
      honest-sites: 2
      allow-total-weights: false
    """
        .formatted(port);
  }

  Relay relay(String site) {
    Relay relay = relays.get(site);
    if (relay == null) {
      throw new IllegalArgumentException(site);
    }
    return relay;
  }

  SiteAgent run(String site) throws Exception {
    SiteAgent agent = run(homes.home(site));
    agents.put(site, agent);
    return agent;
  }

  static SiteAgent run(Path home) throws Exception {
    return LiveFederation.serve(home, Engines::named);
  }

  static StudyPlan plan(int rounds, int hidden, int seconds) throws Exception {
    Digest dataset =
        DatasetDescription.parse(
                "dataset.yaml", LiveFederation.DATASET.getBytes(StandardCharsets.UTF_8))
            .digest();
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
        model: {kind: mlp, inputs: 3, hidden: [%d]}
        training: {epochs: 1, batch: 16, optimiser: sgd, learning-rate: 0.2}
        aggregation:
          threshold: 3
          clip-norm: 0.1
          weights: {mode: equal}
          upload-after-ms: 0
          seconds-per-round: %d
        audit: {smallest-cell: 5, max-persons: 500}
        """
            .formatted(rounds, dataset, hidden, seconds);
    return PlanReader.read("plan", text.getBytes(StandardCharsets.UTF_8));
  }

  String submit(StudyPlan plan) throws Exception {
    return callers.submit(plan, PlannedModel.of(plan.model().orElseThrow(), plan.seed()));
  }

  /// What happened until the study was trained or over.
  List<StudyEvent> trained(String study) throws IOException {
    return callers.watch(study, null);
  }

  Candidate candidate() throws IOException {
    return CandidatesGrpc.newBlockingStub(callers.dial("airlock", Role.AIRLOCK))
        .next(NextRequest.newBuilder().setWaitSeconds(30).build())
        .getCandidate();
  }

  float[] finalVector() throws IOException {
    Candidate candidate = candidate();
    return ParameterManifest.vector(
        Transfer.receive(
            CandidatesGrpc.newBlockingStub(callers.dial("airlock", Role.AIRLOCK))
                .fetch(
                    FetchRequest.newBuilder()
                        .setStudy(candidate.getStudy())
                        .setDigest(candidate.getFinalVectorDigest())
                        .build()),
            Digest.ofBytes(candidate.getFinalVectorDigest().toByteArray()),
            10_000_000));
  }

  /// The lines of a site's ledger that hold all of these words.
  List<String> ledger(String site, String... words) throws IOException {
    return Files.readString(homes.home(site).resolve("ledger.jsonl"))
        .lines()
        .filter(line -> List.of(words).stream().allMatch(line::contains))
        .toList();
  }

  @Override
  public void close() throws IOException {
    callers.close();
    for (SiteAgent agent : agents.values()) {
      agent.close();
    }
    for (Relay relay : relays.values()) {
      relay.close();
    }
    coordinator.close();
  }
}
