package dev.caisson.airlock.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.caisson.client.SiteAgent;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.study.Manifest;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.client.study.SharedPart;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.client.training.Metrics;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.HoldOut;
import dev.caisson.dataset.SplitKey;
import dev.caisson.dataset.Table;
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
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.server.Coordinator;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Roster;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A whole federation in one process: a coordinator and three site agents with homes of their own,
/// real certificates over loopback, real training and real secure aggregation.
@Timeout(180)
final class FederationTest {
  private static final List<String> SITES = List.of("a", "b", "c");
  private static final int ROUNDS = 3;
  private static final double CLIP = 0.1;
  private static final int MAX_WEIGHT = 400;
  private static final int DENOMINATOR = 250;

  /// RoundVectors: 24 bits where the sum over the sites fits 32-bit lanes.
  private static final double LEVELS = 1 << 24;

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
        - {name: x3, type: number, range: [-5, 5], outside: clamp, scale-to: [-1, 1], missing: refuse}
      """;

  @TempDir Path folder;
  private Homes homes;
  private Coordinator coordinator;
  private final Map<String, SiteAgent> agents = new TreeMap<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
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
      Path home = homes.home(site);
      Files.writeString(home.resolve("table.csv"), table(site));
      Files.writeString(home.resolve("dataset.yaml"), DATASET);
      homes.roster(home.resolve("federation.roster"), SITES);
      Files.write(home.resolve("coordinator.identity"), homes.identity("coordinator").encoded());
      SplitKey key = SplitKey.generate();
      key.store(home.resolve("split.key"));
      key.close();
      settings(site, 10);
    }
  }

  private void settings(String site, int maximumRounds) throws IOException {
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
    channels.forEach(ManagedChannel::shutdownNow);
    for (SiteAgent agent : agents.values()) {
      agent.close();
    }
    coordinator.close();
  }

  /// Sites of 80, 110 and 140 persons; the label follows the first two numbers, with noise.
  private static String table(String site) {
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

  private void run(String site) throws Exception {
    SiteAgent agent = SiteAgent.open(homes.home(site), Engines::named, Clock.systemUTC());
    agents.put(site, agent);
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
  }

  /// The plan with some of its words replaced, each by the one after it.
  private static StudyPlan plan(String... bends) throws Exception {
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

  @Test
  void threeRoundsAreThePlainWeightedAverageWithinTheRoundingOfTheMask() throws Exception {
    for (String site : SITES) {
      run(site);
    }
    StudyPlan plan = plan();
    averages(plan, PlannedModel.of(plan.model().orElseThrow(), plan.seed()));
  }

  /// A file that PyTorch exported by the recipe of docs/how-to/export-from-pytorch.md: Linear(3,
  /// 4), BatchNorm1d(4), ReLU, Linear(4, 1). Its running statistics are averaged like its weights.
  @Test
  void anExportWithRunningStatisticsIsAveragedToo() throws Exception {
    for (String site : SITES) {
      run(site);
    }
    OnnxModel model;
    try (InputStream file = FederationTest.class.getResourceAsStream("batchnorm.onnx")) {
      model = OnnxModel.parse(file.readAllBytes());
    }
    assertThat(model.layout().parameters())
        .filteredOn(p -> p.kind() == Parameter.Kind.STATISTIC)
        .hasSize(2);
    averages(plan("model: {kind: mlp, inputs: 3, hidden: [4]}\n", ""), model);
  }

  private void averages(StudyPlan plan, OnnxModel model) throws Exception {
    String study = submit(plan, model);
    List<StudyEvent> events = trained(study);
    assertThat(events.getLast().getState()).as("%s", texts(events)).isEqualTo("candidate");

    Simulation plain = simulate(study, plan, model);
    assertThat(plain.clipped).as("the clip norm bites somewhere").isTrue();
    float[] found = finalVector(study);
    // One site's weighted entry is rounded by less than a step of CLIP * MAX_WEIGHT / LEVELS
    // (Segment.Real), three sites' sum by less than three, divided by DENOMINATOR. A float state
    // near 1 is rounded by 2^-24 once a round. What is off after round 1 goes into the training of
    // round 2: one epoch of a dozen steps at learning rate 0.2 stretches a difference of states by
    // a factor that is near 1; 4 a round leaves room.
    double perRound = 3 * CLIP * MAX_WEIGHT / LEVELS / DENOMINATOR + Math.ulp(1f);
    double bound = perRound * (1 + 4 + 16);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).isCloseTo(plain.state[i], Offset.offset(bound));
    }
    assertThat(bound).as("the bound tells states apart").isLessThan(plain.moved / 1000);

    List<StudyEvent> rounds = events.stream().filter(StudyEvent::hasFigures).toList();
    assertThat(rounds).hasSize(ROUNDS + 1);
    for (int r = 0; r < rounds.size(); r++) {
      Map<String, Double> metrics = rounds.get(r).getFigures().getMetricsMap();
      assertThat(metrics).containsOnlyKeys("loss", "auc");
      // A step is 20 / LEVELS of the loss; an AUC moves by one pair when two scores swap, which
      // states this close do only where they tie: one pair of the smallest site is allowed.
      assertThat(metrics.get("loss"))
          .isCloseTo(plain.loss.get(r), Offset.offset(20 / LEVELS + 10 * bound));
      assertThat(metrics.get("auc"))
          .isCloseTo(plain.auc.get(r), Offset.offset(1 / LEVELS + plain.onePair));
    }

    // Where a site's own update could hide: the coordinator's blobs are the model, and one state
    // before the first round and after each, and each round's sum and masked total; nothing else.
    assertThat(blobs()).hasSize(2 + 3 * ROUNDS).contains(model.digest().hex());
    Set<String> forbidden = new HashSet<>(plain.ownUpdates);
    forbidden.retainAll(blobs());
    assertThat(forbidden).isEmpty();
    assertThat(list().getFirst().getRoundsDone()).isEqualTo(ROUNDS);
    for (String site : SITES) {
      String ledger = Files.readString(homes.home(site).resolve("ledger.jsonl"));
      assertThat(ledger.lines().filter(line -> line.contains("\"what\":\"answered\"")))
          .as("one answer a round and one for the final state")
          .hasSize(ROUNDS + 1);
      assertThat(ledger.lines().filter(line -> line.contains("\"what\":\"checked\"")))
          .as("each training sum was checked here")
          .hasSize(ROUNDS)
          .allMatch(line -> line.contains("\"result\":\"VERIFIED\""));
      assertThat(ledger.lines().filter(line -> line.contains("\"what\":\"succeeded\"")))
          .as("each next state was computed here from the sum")
          .hasSize(ROUNDS);
    }
  }

  /// What the same sites would get by adding plain updates, with metrics per round.
  private static final class Simulation {
    float[] state = {};
    double moved;
    boolean clipped;
    double onePair;
    final List<Double> loss = new ArrayList<>();
    final List<Double> auc = new ArrayList<>();
    final Set<String> ownUpdates = new HashSet<>();
  }

  private Simulation simulate(String study, StudyPlan plan, OnnxModel model) throws Exception {
    Simulation out = new Simulation();
    Map<String, LocalTraining> trainings = new TreeMap<>();
    for (String site : SITES) {
      trainings.put(
          site,
          new LocalTraining(
              local(site, study, plan, model, out), new PyTorchEngine(), new EngineOptions(1)));
    }
    out.state = model.initialVector();
    for (int round = 1; round <= ROUNDS + 1; round++) {
      double loss = 0;
      double auc = 0;
      double[] sum = new double[out.state.length];
      for (LocalTraining training : trainings.values()) {
        Metrics metrics = training.evaluate(out.state);
        loss += metrics.loss() / SITES.size();
        auc += metrics.auc() / SITES.size();
        if (round <= ROUNDS) {
          float[] update = training.update(out.state, round);
          double norm = 0;
          float[] reached = out.state.clone();
          for (int i = 0; i < update.length; i++) {
            sum[i] += (double) training.weight() * update[i];
            norm += (double) update[i] * update[i];
            reached[i] += update[i];
          }
          out.clipped |= Math.sqrt(norm) > CLIP * 0.999;
          out.ownUpdates.add(Digest.of(ParameterManifest.bytes(update)).hex());
          out.ownUpdates.add(Digest.of(ParameterManifest.bytes(reached)).hex());
        }
      }
      out.loss.add(loss);
      out.auc.add(auc);
      for (int i = 0; i < sum.length; i++) {
        out.moved = Math.max(out.moved, Math.abs(sum[i] / DENOMINATOR));
        out.state[i] = (float) (out.state[i] + sum[i] / DENOMINATOR);
      }
    }
    trainings.values().forEach(LocalTraining::close);
    return out;
  }

  /// What the site itself loads for the study, from the same home.
  private LocalStudy local(
      String site, String study, StudyPlan plan, OnnxModel model, Simulation out) throws Exception {
    Path home = homes.home(site);
    Table table =
        Table.read(
            home.resolve("table.csv"), DatasetDescription.read(home.resolve("dataset.yaml")));
    try (SplitKey key = SplitKey.load(home.resolve("split.key"));
        HoldOut holdOut = key.holdOut(plan.digest(), plan.holdOutFraction())) {
      HoldOut.Split split = holdOut.split(table.samples(), 1);
      double with = 0;
      for (float label : split.heldOut().labels()) {
        with += label;
      }
      out.onePair =
          Math.max(out.onePair, 1 / (with * (split.heldOut().rows() - with)) / SITES.size());
      return new LocalStudy(study, plan, model, split, holdOut.commitment());
    }
  }

  @Test
  void aSiteThatHangsUpEndsItsRoundAndTheStudyGoesOnWhenItIsBack() throws Exception {
    for (String site : SITES) {
      run(site);
    }
    StudyPlan plan = plan("rounds: 3", "rounds: 10");
    OnnxModel model = PlannedModel.of(plan.model().orElseThrow(), plan.seed());
    String study = submit(plan, model);
    watch(study, "round 2 of 10");
    SiteAgent leaving = agents.remove("b");
    assertThat(leaving).isNotNull();
    leaving.close();
    watch(study, "site 'b' is gone");
    run("b");
    List<StudyEvent> events = trained(study);
    assertThat(events.getLast().getState()).as("%s", texts(events)).isEqualTo("candidate");
    assertThat(texts(events).stream().filter("site 'b' takes part"::equals)).hasSize(2);
    assertThat(candidate(study).getRoundsList())
        .hasSize(11)
        .allSatisfy(round -> assertThat(round.getSurvivorsList()).isEqualTo(SITES));
    assertThat(events.stream().filter(StudyEvent::hasFigures).map(StudyEvent::getRound))
        .as("each round is counted once")
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  @Test
  void aRefusalByPolicyReachesTheResearcherInWords() throws Exception {
    settings("b", 2);
    for (String site : SITES) {
      run(site);
    }
    StudyPlan plan = plan();
    refused(plan, "'b' refuses (3 rounds are more than this site's 2)");
    refused(
        plan("project: trial", "project: other"),
        "' refuses (project 'other' is not allowed at this site)");
    Digest other = Digest.ofText("other");
    refused(
        plan(plan.dataset().toString(), other.toString()),
        "' refuses (the plan is for the dataset description %s, this site holds %s)"
            .formatted(other.shortHex(), plan.dataset().shortHex()));
    refused(
        plan("rounds: 3", "rounds: 2", "clip-norm: " + CLIP, "clip-norm: 2"),
        "a clip norm of 2.0 is more than this site's 1.0");
    refused(
        plan("rounds: 3", "rounds: 2", "epochs: 1", "epochs: 3"),
        "3 epochs a round are more than this site's 2");
  }

  /// One refusal is enough where all three are needed, whichever comes first.
  private void refused(StudyPlan plan, String words) throws Exception {
    OnnxModel model = PlannedModel.of(plan.model().orElseThrow(), plan.seed());
    List<StudyEvent> events = trained(submit(plan, model));
    assertThat(events.getLast().getState()).isEqualTo("failed");
    assertThat(events.getLast().getText()).contains("the plan needs 3 sites").contains(words);
  }

  /// The plan describes an MLP from seed 7; another file comes with it.
  @Test
  void aModelThatIsNotThePlansIsRefused() throws Exception {
    for (String site : SITES) {
      run(site);
    }
    StudyPlan plan = plan();
    List<StudyEvent> events =
        trained(submit(plan, PlannedModel.of(plan.model().orElseThrow(), plan.seed() + 1)));
    assertThat(events.getLast().getText())
        .contains("' refuses (the model file is not the one that the plan describes)");
  }

  /// Before any training: the sites open the model at admission.
  @Test
  void aModelThatThePlansEngineCannotTrainIsRefusedNamingTheNodeAndTheEngineThatCan()
      throws Exception {
    for (String site : SITES) {
      run(site);
    }
    OnnxModel model =
        OnnxModel.of(
            new Graph(
                "g",
                List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, 3))),
                List.of(ValueInfo.of("y", ElementType.FLOAT, Shape.of(Shape.FREE, 1))),
                List.of(
                    new Node(
                        "norm",
                        "LayerNormalization",
                        List.of("x", "scale"),
                        List.of("n"),
                        Map.of()),
                    new Node("last", "MatMul", List.of("n", "w"), List.of("y"), Map.of())),
                List.of(
                    Tensor.ofFloats("scale", Shape.of(3), new float[] {1, 1, 1}),
                    Tensor.ofFloats("w", Shape.of(3, 1), new float[] {1, -1, 1}))),
            20);
    String described = "model: {kind: mlp, inputs: 3, hidden: [4]}\n";
    StudyPlan byDl4j = plan(described, "", "momentum: 0.5", "momentum: 0.5, engine: dl4j");
    List<StudyEvent> events = trained(submit(byDl4j, model));
    assertThat(events.getLast().getState()).isEqualTo("failed");
    assertThat(events.getLast().getText())
        .contains("the model cannot be trained here: ")
        .contains("'norm'", "LayerNormalization")
        .contains("the dl4j engine lacks it; the pytorch engine has it");
    assertThat(texts(events)).noneMatch(text -> text.startsWith("round"));

    List<StudyEvent> byPyTorch = trained(submit(plan(described, ""), model));
    assertThat(byPyTorch.getLast().getState()).isEqualTo("candidate");
  }

  /// Coordinator and sites step by the same bits, of weights and control variate; what a site
  /// carries stays in its home; the candidate has the shared part alone.
  @Test
  void aStrategyWithControlVariatesAndAPersonalHeadTrains() throws Exception {
    for (String site : SITES) {
      run(site);
    }
    StudyPlan plan =
        plan(
            ", momentum: 0.5",
            "",
            "weights: {mode: fixed-denominator, maximum: 400, denominator: 250}",
            "weights: {mode: equal}",
            "audit:",
            "strategy: {name: scaffold, local-steps: 7}\npersonal: [fc2.*]\naudit:");
    OnnxModel model = PlannedModel.of(plan.model().orElseThrow(), plan.seed());
    int shared = new SharedPart(model, plan.personal()).length();
    assertThat(shared).isEqualTo(model.layout().length() - 5);
    String study = submit(plan, model);
    List<StudyEvent> events = trained(study);
    assertThat(events.getLast().getState()).as("%s", texts(events)).isEqualTo("candidate");
    assertThat(finalVector(study)).hasSize(shared);
    for (String site : SITES) {
      assertThat(Files.readString(homes.home(site).resolve("ledger.jsonl")).lines())
          .as("each next state was computed here from the sum")
          .filteredOn(line -> line.contains("\"what\":\"succeeded\""))
          .hasSize(ROUNDS);
      Path carried = homes.home(site).resolve("carried").resolve(plan.digest().hex());
      assertThat(Files.getPosixFilePermissions(carried))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(blobs()).doesNotContain(Digest.ofFile(carried).hex());
    }
    List<StudyEvent> rounds = events.stream().filter(StudyEvent::hasFigures).toList();
    assertThat(rounds.getLast().getFigures().getMetricsMap().get("loss"))
        .isLessThan(rounds.getFirst().getFigures().getMetricsMap().get("loss"));
  }

  private ManagedChannel dial(String name, Role role) throws IOException {
    ManagedChannel channel =
        Wire.dial("127.0.0.1", coordinator.port(), Role.COORDINATOR, homes.keys(name, role));
    channels.add(channel);
    return channel;
  }

  private String submit(StudyPlan plan, OnnxModel model) throws Exception {
    CompletableFuture<StudySummary> reply = new CompletableFuture<>();
    StreamObserver<SubmitPart> out =
        StudiesGrpc.newStub(dial("ann", Role.RESEARCHER)).submit(new Reply(reply));
    out.onNext(
        SubmitPart.newBuilder()
            .setHeader(
                SubmitHeader.newBuilder()
                    .setPlan(ByteString.copyFromUtf8(plan.text()))
                    .setModelBytes(model.bytes().length)
                    .setParameters(Manifests.toWire(Manifest.of(model, plan.personal()))))
            .build());
    out.onNext(SubmitPart.newBuilder().setModel(ByteString.copyFrom(model.bytes())).build());
    out.onNext(
        SubmitPart.newBuilder()
            .setVector(
                ByteString.copyFrom(
                    ParameterManifest.bytes(
                        new SharedPart(model, plan.personal()).shared(model.initialVector()))))
            .build());
    out.onCompleted();
    return reply.get(30, TimeUnit.SECONDS).getStudy();
  }

  private record Reply(CompletableFuture<StudySummary> future)
      implements StreamObserver<StudySummary> {
    @Override
    public void onNext(StudySummary summary) {
      future.complete(summary);
    }

    @Override
    public void onError(Throwable t) {
      future.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {}
  }

  private List<StudySummary> list() throws IOException {
    return StudiesGrpc.newBlockingStub(dial("ann", Role.RESEARCHER))
        .list(dev.caisson.protocol.wire.ListRequest.getDefaultInstance())
        .getStudiesList();
  }

  private List<StudyEvent> trained(String study) throws IOException {
    return watch(study, null);
  }

  /// Until an event has this text, or the study is trained or over.
  private List<StudyEvent> watch(String study, @Nullable String text) throws IOException {
    Iterator<StudyEvent> events =
        StudiesGrpc.newBlockingStub(dial("ann", Role.RESEARCHER))
            .withDeadlineAfter(120, TimeUnit.SECONDS)
            .watch(WatchRequest.newBuilder().setStudy(study).build());
    List<StudyEvent> seen = new ArrayList<>();
    while (events.hasNext()) {
      StudyEvent event = events.next();
      seen.add(event);
      if (event.getState().equals("candidate") || event.getLast() || event.getText().equals(text)) {
        break;
      }
    }
    return seen;
  }

  private Candidate candidate(String study) throws IOException {
    Candidate candidate =
        CandidatesGrpc.newBlockingStub(dial("airlock", Role.AIRLOCK))
            .next(NextRequest.newBuilder().setWaitSeconds(30).build())
            .getCandidate();
    assertThat(candidate.getStudy()).isEqualTo(study);
    return candidate;
  }

  private float[] finalVector(String study) throws IOException {
    ByteString digest = candidate(study).getFinalVectorDigest();
    return ParameterManifest.vector(
        Transfer.receive(
            CandidatesGrpc.newBlockingStub(dial("airlock", Role.AIRLOCK))
                .fetch(FetchRequest.newBuilder().setStudy(study).setDigest(digest).build()),
            Digest.ofBytes(digest.toByteArray()),
            10_000));
  }

  private Set<String> blobs() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("data/blobs"))) {
      return new HashSet<>(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  private static List<String> texts(List<StudyEvent> events) {
    return events.stream().map(StudyEvent::getText).toList();
  }
}
