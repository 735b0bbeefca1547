package dev.caisson.airlock.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.caisson.client.SiteAgent;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.study.PlannedModel;
import dev.caisson.client.study.SharedPart;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.client.training.Metrics;
import dev.caisson.dataset.DatasetDescription;
import dev.caisson.dataset.HoldOut;
import dev.caisson.dataset.SplitKey;
import dev.caisson.dataset.Table;
import dev.caisson.protocol.grpc.Transfer;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.protocol.tls.Role;
import dev.caisson.protocol.wire.Candidate;
import dev.caisson.protocol.wire.CandidatesGrpc;
import dev.caisson.protocol.wire.FetchRequest;
import dev.caisson.protocol.wire.NextRequest;
import dev.caisson.protocol.wire.StudiesGrpc;
import dev.caisson.protocol.wire.StudyEvent;
import dev.caisson.protocol.wire.StudySummary;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// What a federation's rounds come to, beside the same sums made plainly.
final class FederationTest extends LiveFederation {
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
    // the file, the first and the last state, and what the last one follows from
    assertThat(blobs()).hasSize(5).contains(model.digest().hex());
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

  private List<StudySummary> list() throws IOException {
    return StudiesGrpc.newBlockingStub(dial("ann", Role.RESEARCHER))
        .list(dev.caisson.protocol.wire.ListRequest.getDefaultInstance())
        .getStudiesList();
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
}
