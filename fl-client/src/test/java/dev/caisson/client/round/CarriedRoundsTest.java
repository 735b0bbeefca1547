package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.Made;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.client.training.LocalTraining;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.protocol.round.RoundVectors;
import dev.caisson.protocol.study.ParameterManifest;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.message.Succession;
import dev.caisson.trust.Digest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Control variates and personal heads through real rounds, with sites that fall silent, restart
/// and are asked again.
final class CarriedRoundsTest {
  private static final List<String> FOUR = List.of("a", "b", "c", "d");
  private static final String[] NAMES = {"a", "b", "c", "d"};

  /// A step of the quantiser is 2 / 2^24 = 1.2e-7, over K η = 0.6 in the control variate, and a
  /// float near 1 has 6e-8: over 6 rounds of means. Training goes on from such states, which
  /// changes it by as little.
  private static final double TOLERANCE = 2e-5;

  @TempDir Path folder;

  private static StudyPlan plan(String model, String personal) {
    return Made.plan(
        "model: {kind: logistic, inputs: 2}",
        model,
        "rounds: 2",
        "rounds: 6",
        "weights: {mode: fixed-denominator, maximum: 500, denominator: 300}",
        "weights: {mode: equal}",
        "audit:",
        "strategy: {name: scaffold, local-steps: 6}\n" + personal + "audit:");
  }

  /// The sites' work without a protocol: plain means, and what a site carries moves where it was
  /// counted.
  private static final class Simulation implements AutoCloseable {
    private final Map<String, LocalTraining> trainings = new TreeMap<>();
    private final Map<String, float[]> carried = new HashMap<>();
    private final int shared;
    float[] state;
    double smallestMove = Double.MAX_VALUE;

    Simulation(Rounds rounds) throws Exception {
      LocalStudy study = rounds.site("a").study;
      shared = study.shared().length();
      state = study.first().state();
      for (String name : FOUR) {
        trainings.put(
            name,
            new LocalTraining(rounds.site(name).study, new PyTorchEngine(), new EngineOptions(1)));
        carried.put(name, study.initiallyCarried());
      }
    }

    void round(int number, List<String> survivors) throws Exception {
      double[] update = new double[shared];
      double[] control = new double[shared];
      for (String name : survivors) {
        LocalTraining.Work work = training(name).work(state, carried(name), number);
        double squares = 0;
        for (int i = 0; i < shared; i++) {
          update[i] += work.update()[i] / (double) survivors.size();
          double moved = (double) work.carried()[i] - carried(name)[i];
          control[i] += moved / FOUR.size();
          squares += moved * moved;
        }
        smallestMove = Math.min(smallestMove, Math.sqrt(squares) / FOUR.size());
        carried.put(name, work.carried());
      }
      float[] next = state.clone();
      for (int i = 0; i < shared; i++) {
        next[i] = (float) (state[i] + update[i]);
        next[shared + i] = (float) (state[shared + i] + control[i]);
      }
      state = next;
    }

    double loss() throws Exception {
      double sum = 0;
      for (String name : FOUR) {
        sum += training(name).evaluate(state, carried(name)).loss();
      }
      return sum / FOUR.size();
    }

    private LocalTraining training(String name) {
      LocalTraining training = trainings.get(name);
      if (training == null) {
        throw new AssertionError(name);
      }
      return training;
    }

    private float[] carried(String name) {
      float[] values = carried.get(name);
      if (values == null) {
        throw new AssertionError(name);
      }
      return values;
    }

    @Override
    public void close() {
      trainings.values().forEach(LocalTraining::close);
    }
  }

  /// The coordinator's side of a study: what it says of the state before.
  private static final class Study {
    final Rounds rounds;
    final Map<String, Long> counted = new TreeMap<>();
    Digest state;
    Optional<Succession> succession = Optional.empty();

    Study(Rounds rounds) {
      this.rounds = rounds;
      this.state = rounds.firstState();
    }

    Outcome<SumResult> attempt(int number, Map<String, Integer> silent) throws Exception {
      return rounds.play(rounds.manifest(Purpose.TRAIN, number, state, NAMES), succession, silent);
    }

    List<String> round(int number, Map<String, Integer> silent) throws Exception {
      Aggregate sum = sum(attempt(number, silent));
      sum.survivors().forEach(name -> counted.put(name, (long) number));
      state = rounds.next(sum, state);
      succession = Optional.of(Rounds.succession(sum, counted));
      return sum.survivors();
    }

    byte[] blob(Digest digest) {
      byte[] content = rounds.blobs.get(digest);
      if (content == null) {
        throw new AssertionError(digest);
      }
      return content;
    }

    float[] values() {
      return ParameterManifest.vector(blob(state));
    }
  }

  private static Aggregate sum(Outcome<SumResult> outcome) {
    if (!(outcome instanceof Outcome.Next<SumResult>(SumResult result, _))) {
      throw new AssertionError(outcome);
    }
    return result.aggregate();
  }

  @Test
  void whatIsCarriedMovesWithTheSumsThatCoverASiteAndWithNoOthers() throws Exception {
    StudyPlan plan = plan("model: {kind: mlp, inputs: 2, hidden: [3]}", "personal: [fc2.*]\n");
    try (Rounds rounds = new Rounds(folder, plan, NAMES);
        Simulation plain = new Simulation(rounds)) {
      Study study = new Study(rounds);
      assertThat(rounds.site("a").study.shared().headLength()).isEqualTo(4);
      follow(study, plain, 1, Map.of(), FOUR);
      follow(study, plain, 2, Map.of("d", 3), List.of("a", "b", "c")); // d sends nothing
      for (int attempt = 0; attempt < 2; attempt++) { // too few consent: no sum is opened
        assertThat(study.attempt(3, Map.of("b", 4, "c", 4))).isInstanceOf(Outcome.Aborted.class);
        rounds.site("a").restart();
      }
      follow(study, plain, 3, Map.of(), FOUR);
      follow(study, plain, 4, Map.of("b", 4), FOUR); // sent, cut off, and counted nevertheless
      rounds.site("b").restart();
      follow(study, plain, 5, Map.of("a", 5), FOUR); // consented, and gone before the answer
      rounds.site("a").restart();
      follow(study, plain, 6, Map.of(), FOUR);
      assertThat(plain.smallestMove).as("a lost move shows").isGreaterThan(20 * TOLERANCE);
      Aggregate metrics =
          sum(
              rounds.play(
                  rounds.manifest(Purpose.EVALUATE, 7, study.state, NAMES), study.succession));
      assertThat(metrics.mean(RoundVectors.LOSS)[0])
          .isBetween(plain.loss() - 1e-4, plain.loss() + 1e-4);
    }
  }

  private static void follow(
      Study study,
      Simulation plain,
      int number,
      Map<String, Integer> silent,
      List<String> survivors)
      throws Exception {
    assertThat(study.round(number, silent)).isEqualTo(survivors);
    plain.round(number, survivors);
    float[] values = study.values();
    assertThat(values).hasSameSizeAs(plain.state);
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i])
          .as("round %d, entry %d", number, i)
          .isBetween(plain.state[i] - TOLERANCE, plain.state[i] + TOLERANCE);
    }
    for (String name : FOUR) {
      assertThat(study.rounds.site(name).left).as(name).isEmpty();
    }
  }

  /// The sum of a retry is the sum that was opened before, bit for bit, also by sites that
  /// restarted since.
  @Test
  void aRetryOnTheSameStateGivesTheSameSum() throws Exception {
    try (Rounds rounds =
        new Rounds(folder, plan("model: {kind: logistic, inputs: 2}", ""), NAMES)) {
      Study study = new Study(rounds);
      study.round(1, Map.of());
      Aggregate once = sum(study.attempt(2, Map.of()));
      for (String name : FOUR) {
        rounds.site(name).restart();
      }
      Aggregate again = sum(study.attempt(2, Map.of()));
      assertThat(again.content()).isEqualTo(once.content());
      assertThat(once.mean("update")).as("not nothing").isNotEqualTo(new double[3]);
    }
  }

  /// A coordinator that says otherwise of a site, once it has sent something for the state, gets
  /// the same input.
  @Test
  void aWordThatChangesChangesNothing() throws Exception {
    try (Rounds rounds =
        new Rounds(folder, plan("model: {kind: logistic, inputs: 2}", ""), NAMES)) {
      Study study = new Study(rounds);
      assertThat(study.round(1, Map.of("d", 4))).contains("d");
      assertThat(study.attempt(2, Map.of("a", 4, "b", 4))).isInstanceOf(Outcome.Aborted.class);
      Optional<Succession> truth = study.succession;
      study.succession = Optional.of(Rounds.succession(sumOf(study), Map.of("a", 1L)));
      rounds.site("d").restart();
      Aggregate lied = sum(study.attempt(2, Map.of()));
      study.succession = truth;
      assertThat(sum(study.attempt(2, Map.of())).content()).isEqualTo(lied.content());
      for (String name : FOUR) {
        assertThat(rounds.site(name).left).as(name).isEmpty();
      }
    }
  }

  private static Aggregate sumOf(Study study) throws Exception {
    Succession said = study.succession.orElseThrow();
    return Aggregate.decode(said.previous(), FOUR, study.blob(said.sum()));
  }
}
