package dev.caisson.client.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.client.Made;
import dev.caisson.client.study.LocalStudy;
import dev.caisson.dataset.Samples;
import dev.caisson.protocol.study.StudyPlan;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.Limits;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.TrainingException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainingTest {
  /// A float has 24 bits: each entry is rounded by a relative 2^-24.
  private static final Offset<Double> FLOAT = Offset.offset(1e-6);

  @Test
  void anUpdateWithinTheNormIsLeftAlone() {
    float[] update = {3, -4};
    LocalTraining.clip(update, 5);
    assertThat(update).containsExactly(3, -4);
    float[] none = {0, 0};
    LocalTraining.clip(none, 1);
    assertThat(none).containsExactly(0, 0);
  }

  /// (3, -4) has length 5; scaled to length 2 it is (1.2, -1.6).
  @Test
  void aLongerOneKeepsItsDirection() {
    float[] update = {3, -4};
    LocalTraining.clip(update, 2);
    assertThat(update).containsExactly(1.2f, -1.6f);
  }

  /// The squares of these overflow a float.
  @Test
  void aHugeUpdateIsClippedInDoublePrecision() {
    float[] clipped = {3e30f, -4e30f};
    LocalTraining.clip(clipped, 1);
    assertThat((double) clipped[0]).isCloseTo(0.6, FLOAT);
    assertThat((double) clipped[1]).isCloseTo(-0.8, FLOAT);
  }

  /// By hand: a logit z costs log(1 + e^-z) where the label is 1, log(1 + e^z) where it is 0. Of
  /// the four pairs (positive, negative), three are in order and one is tied: (3 + 1/2) / 4.
  @Test
  void metricsAreThoseComputedByHand() {
    Samples persons =
        new Samples(List.of("a", "b", "c", "d"), 1, new float[4], new float[] {1, 0, 1, 0});
    float[] logits = {2, -1, 0, 0};
    Metrics metrics = Metrics.of(logits, persons);
    double loss = (Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(-1)) + 2 * Math.log(2)) / 4;
    assertThat(metrics.loss()).isCloseTo(loss, Offset.offset(1e-12));
    assertThat(metrics.auc()).isEqualTo(0.875);
  }

  @Test
  void aHopelesslyWrongModelHasAnAucOfZeroAndAFiniteLoss() {
    Samples persons = new Samples(List.of("a", "b"), 1, new float[2], new float[] {1, 0});
    Metrics metrics = Metrics.of(new float[] {-1000, 1000}, persons);
    assertThat(metrics.auc()).isZero();
    assertThat(metrics.loss()).isCloseTo(1000, Offset.offset(1e-9));
  }

  /// Its weights are mapped, not read.
  @Test
  void aPackedModelGivesTheSameUpdate(@TempDir Path folder) throws Exception {
    ModelSpec spec = ModelSpec.mlp(2, List.of(40, 40), 1, 7);
    spec.pack(folder.resolve("packed"));
    OnnxModel packed = OnnxModel.open(folder.resolve("packed"), Limits.ofStudy(2000));
    LocalStudy made = Made.study("s", Made.plan());
    assertThat(update(made, packed)).containsExactly(update(made, spec.build()));
  }

  private static float[] update(LocalStudy made, OnnxModel model) throws Exception {
    LocalStudy study = new LocalStudy("s", made.plan(), model, made.persons(), made.commitment());
    try (LocalTraining training =
        new LocalTraining(study, new PyTorchEngine(), new EngineOptions(1))) {
      return training.update(study.first().state(), 1);
    }
  }

  @Test
  void theSameRoundGivesTheSameUpdateAndAnotherRoundAnother() throws Exception {
    LocalStudy study = Made.study("s", Made.plan("clip-norm: 2", "clip-norm: 0.01"));
    try (LocalTraining training =
        new LocalTraining(study, new PyTorchEngine(), new EngineOptions(1))) {
      float[] state = study.model().initialVector();
      float[] first = training.update(state, 1);
      training.update(state, 2);
      assertThat(training.update(state, 1)).isEqualTo(first);
      double squares = 0;
      for (float value : first) {
        squares += (double) value * value;
      }
      assertThat(Math.sqrt(squares)).as("clipped").isCloseTo(0.01, Offset.offset(1e-8));
      assertThat(training.weight()).isEqualTo(study.persons().members().rows());
      assertThat(training.features()).isEqualTo(2);
      assertThat(training.outputs()).isEqualTo(1);
    }
  }

  private static final String[] SCAFFOLD = {
    "weights: {mode: fixed-denominator, maximum: 500, denominator: 300}",
    "weights: {mode: equal}",
    "clip-norm: 2",
    "clip-norm: 0.05",
    "audit:",
    "strategy: {name: scaffold, local-steps: 6}\naudit:"
  };

  /// By the formula, from the update as it is sent (clipped here): `c_i - c - Δ / (K η)`. Running
  /// statistics have no control variate, whatever the state and the file say.
  @Test
  void aControlVariateMovesByTheUpdateAsItIsSent() throws Exception {
    LocalStudy study = Made.normalised("s", Made.plan(SCAFFOLD));
    int length = study.shared().length();
    float[] state = study.first().state();
    float[] carried = study.initiallyCarried();
    assertThat(state).hasSize(2 * length);
    for (int i = 0; i < length; i++) {
      state[length + i] = 0.01f * i;
      carried[i] = -0.02f * i;
    }
    try (LocalTraining training =
        new LocalTraining(study, new PyTorchEngine(), new EngineOptions(1))) {
      LocalTraining.Work work = training.work(state, carried, 1);
      assertThat(work.carried()).hasSize(length);
      double squares = 0;
      for (Parameter parameter : study.model().layout().parameters()) {
        for (int i = parameter.offset(); i < parameter.offset() + parameter.length(); i++) {
          double expected =
              parameter.kind() == Parameter.Kind.STATISTIC
                  ? 0
                  : carried[i] - state[length + i] - work.update()[i] / (6 * 0.1);
          assertThat((double) work.carried()[i]).isCloseTo(expected, FLOAT);
          squares += (double) work.update()[i] * work.update()[i];
        }
      }
      assertThat(Math.sqrt(squares)).as("clipped").isCloseTo(0.05, FLOAT);
      assertThat(training.work(state, carried, 1)).usingRecursiveComparison().isEqualTo(work);
      assertThat(training.work(state, study.initiallyCarried(), 1).update())
          .as("the drift is corrected")
          .isNotEqualTo(work.update());
    }
  }

  @Test
  void aPersonalHeadIsTrainedAndKept() throws Exception {
    LocalStudy study = Made.study("s", Made.plan("audit:", "personal: [fc1.bias]\naudit:"));
    float[] head = study.initiallyCarried();
    float[] state = study.first().state();
    assertThat(head).hasSize(1);
    assertThat(state).hasSize(2);
    try (LocalTraining training =
        new LocalTraining(study, new PyTorchEngine(), new EngineOptions(1))) {
      LocalTraining.Work work = training.work(state, head, 1);
      assertThat(work.update()).hasSize(2);
      assertThat(work.carried()).hasSize(1).isNotEqualTo(head);
      assertThat(training.evaluate(state, work.carried()).loss())
          .isNotEqualTo(training.evaluate(state, head).loss());
    }
    assertThat(study.candidate(state).initialVector())
        .as("with the file's head")
        .isEqualTo(study.model().initialVector());
  }

  /// A pull of 1/η back to the start undoes each step's distance. Over ten draws of who is held
  /// out, for a single one can make an update short by itself.
  @Test
  void aProximalTermKeepsUpdatesShort() throws Exception {
    double free = 0;
    double pulled = 0;
    for (int draw = 0; draw < 10; draw++) {
      free += length(Made.plan());
      pulled += length(Made.plan("audit:", "strategy: {name: fedprox, mu: 8}\naudit:"));
    }
    assertThat(pulled).isPositive().isLessThan(free);
  }

  private static double length(StudyPlan plan) throws Exception {
    LocalStudy study = Made.study("s", plan);
    try (LocalTraining training =
        new LocalTraining(study, new PyTorchEngine(), new EngineOptions(1))) {
      double squares = 0;
      for (float value : training.update(study.first().state(), 1)) {
        squares += (double) value * value;
      }
      return Math.sqrt(squares);
    }
  }

  /// A normalisation whose running variance an averaging overshot: its square root is no number.
  @Test
  void aStateWithANegativeVarianceIsNotEvaluated() throws Exception {
    LocalStudy study = Made.normalised("s", Made.plan());
    try (LocalTraining training =
        new LocalTraining(study, new PyTorchEngine(), new EngineOptions(1))) {
      float[] state = study.model().initialVector();
      assertThat(training.evaluate(state).loss()).isFinite();
      for (Parameter parameter : study.model().layout().parameters()) {
        if (parameter.name().equals("variance")) {
          state[parameter.offset()] = -0.5f;
        }
      }
      assertThatThrownBy(() -> training.evaluate(state))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("running variance negative");
    }
  }
}
