package dev.caisson.airlock.service;

import com.google.protobuf.ByteString;
import dev.caisson.client.SiteAgent;
import dev.caisson.client.study.Manifest;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.SplitKey;
import dev.caisson.protocol.grpc.Manifests;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.grpc.Wire;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.PlanReader;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.Candidate;
import dev.caisson.protocol.wire.CandidatesGrpc;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.NextRequest;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.protocol.wire.SubmitHeader;
import dev.caisson.protocol.wire.SubmitPart;
import dev.caisson.protocol.wire.WatchRequest;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.server.Coordinator;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Roster;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A coordinator and three site agents with homes of their own, each behind a [Relay]: real
/// certificates, training and aggregation over connections that a test can break.
final class Live implements AutoCloseable {
  static final List<String> SITES = List.of("a", "b", "c");
  private static final String DATASET =
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
      """;

  final Homes homes;
  final Coordinator coordinator;
  final Map<String, Relay> relays = new TreeMap<>();
  final Map<String, SiteAgent> agents = new TreeMap<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  /// @param secrets where the sites' split keys are kept, so that two federations hold out the same
  ///   persons and round alike
  Live(Path folder, Path secrets) throws Exception {
    homes = new Homes(folder);
    KeyFiles own = homes.keys("coordinator", Role.COORDINATOR);
    for (String site : SITES) {
      homes.keys(site, Role.SITE);
    }
    Path roster = folder.resolve("roster");
    homes.roster(roster, SITES);
    coordinator =
        Coordinator.start(
            Homes.loopback(),
            folder.resolve("data"),
            own,
            Roster.decode(Files.readAllBytes(roster)),
            Duration.ofSeconds(60));
    for (String site : SITES) {
      relays.put(site, new Relay(coordinator.port()));
      Path home = homes.home(site);
      Files.writeString(home.resolve("table.csv"), table(site));
      Files.writeString(home.resolve("dataset.yaml"), DATASET);
      homes.roster(home.resolve("federation.roster"), SITES);
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

  private static String table(String site) {
    int index = SITES.indexOf(site);
    SplittableRandom random = new SplittableRandom(100 + index);
    StringBuilder csv = new StringBuilder("id,x1,x2,y\n");
    for (int i = 0; i < 80 + 30 * index; i++) {
      double x1 = random.nextGaussian() + 0.3 * index;
      double x2 = random.nextGaussian();
      int y = x1 - x2 + random.nextGaussian() > 0 ? 1 : 0;
      csv.append("%s%d,%.4f,%.4f,%d%n".formatted(site, i, x1, x2, y));
    }
    return csv.toString();
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
    SiteAgent agent = SiteAgent.open(home, Engines::named, Clock.systemUTC());
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

  static StudyPlan plan(int rounds, int hidden, int seconds) throws Exception {
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
        model: {kind: mlp, inputs: 2, hidden: [%d]}
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
    OnnxModel model = PlannedModel.of(plan.model().orElseThrow(), plan.seed());
    CompletableFuture<StudySummary> reply = new CompletableFuture<>();
    StreamObserver<SubmitPart> out =
        StudiesGrpc.newStub(dial("ann", Role.RESEARCHER))
            .submit(
                new StreamObserver<>() {
                  @Override
                  public void onNext(StudySummary summary) {
                    reply.complete(summary);
                  }

                  @Override
                  public void onError(Throwable t) {
                    reply.completeExceptionally(t);
                  }

                  @Override
                  public void onCompleted() {}
                });
    out.onNext(
        SubmitPart.newBuilder()
            .setHeader(
                SubmitHeader.newBuilder()
                    .setPlan(ByteString.copyFromUtf8(plan.text()))
                    .setModelBytes(model.bytes().length)
                    .setParameters(Manifests.toWire(Manifest.of(model))))
            .build());
    pieces(model.bytes())
        .forEach(piece -> out.onNext(SubmitPart.newBuilder().setModel(piece).build()));
    pieces(ParameterManifest.bytes(model.initialVector()))
        .forEach(piece -> out.onNext(SubmitPart.newBuilder().setVector(piece).build()));
    out.onCompleted();
    return reply.get(30, TimeUnit.SECONDS).getStudy();
  }

  private static List<ByteString> pieces(byte[] content) {
    List<ByteString> pieces = new ArrayList<>();
    for (int at = 0; at < content.length; at += Wire.PIECE) {
      pieces.add(ByteString.copyFrom(content, at, Math.min(Wire.PIECE, content.length - at)));
    }
    return pieces;
  }

  /// What happened until the study was trained or over.
  List<StudyEvent> trained(String study) throws IOException {
    Iterator<StudyEvent> events =
        StudiesGrpc.newBlockingStub(dial("ann", Role.RESEARCHER))
            .withDeadlineAfter(150, TimeUnit.SECONDS)
            .watch(WatchRequest.newBuilder().setStudy(study).build());
    List<StudyEvent> seen = new ArrayList<>();
    while (events.hasNext()) {
      seen.add(events.next());
      if (seen.getLast().getState().equals("candidate") || seen.getLast().getLast()) {
        break;
      }
    }
    return seen;
  }

  Candidate candidate() throws IOException {
    return CandidatesGrpc.newBlockingStub(dial("airlock", Role.AIRLOCK))
        .next(NextRequest.newBuilder().setWaitSeconds(30).build())
        .getCandidate();
  }

  float[] finalVector() throws IOException {
    Candidate candidate = candidate();
    return ParameterManifest.vector(
        Transfer.receive(
            CandidatesGrpc.newBlockingStub(dial("airlock", Role.AIRLOCK))
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

  private ManagedChannel dial(String name, Role role) throws IOException {
    ManagedChannel channel =
        Wire.dial("127.0.0.1", coordinator.port(), Role.COORDINATOR, homes.keys(name, role));
    channels.add(channel);
    return channel;
  }

  @Override
  public void close() throws IOException {
    channels.forEach(ManagedChannel::shutdownNow);
    for (SiteAgent agent : agents.values()) {
      agent.close();
    }
    for (Relay relay : relays.values()) {
      relay.close();
    }
    coordinator.close();
  }
}
