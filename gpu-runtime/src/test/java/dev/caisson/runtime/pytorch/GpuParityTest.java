package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.build.Activation;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A GPU computes what the processor computes, up to rounding.
@Tag("gpu")
class GpuParityTest {
  private static final Seed SEED = new Seed(7, 1);

  @BeforeEach
  void onAGpu() {
    OnGpu.assume();
  }

  /// A thousandth of the largest output: products are summed in another order and convolutions may
  /// go through transforms, each a few hundred roundings of 6e-8.
  @ParameterizedTest
  @MethodSource("dev.caisson.runtime.pytorch.Fixture#all")
  void outputsAreThoseOfTheProcessor(Fixture fixture) throws Exception {
    int rows = fixture.expected().get("outputRows").intValue();
    float[] x = Arrays.copyOf(fixture.floats("input.bin"), rows * fixture.features());
    try (Trainer gpu = open(fixture, OnGpu.options());
        Trainer cpu = open(fixture, EngineOptions.DEFAULT)) {
      float[] expected = cpu.outputs(x, rows);
      float[] actual = gpu.outputs(x, rows);
      double largest = 1e-3;
      double worst = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        worst = Math.max(worst, Math.abs((double) expected[i] - actual[i]));
      }
      System.out.printf("outputs of %s: apart by %.2e of the largest%n", fixture, worst / largest);
      assertThat(worst).isLessThanOrEqualTo(1e-3 * largest);
    }
  }

  /// A fiftieth of what the epoch moved the weights by: Adam divides by gradients that rounding may
  /// have made. Where there is dropout the masks differ, and finite weights are all that is asked.
  @ParameterizedTest
  @MethodSource("dev.caisson.runtime.pytorch.Fixture#trained")
  void oneEpochIsThatOfTheProcessor(Fixture fixture) throws Exception {
    float[] start = fixture.model().initialVector();
    float[] expected = epoch(fixture, EngineOptions.DEFAULT);
    float[] actual = epoch(fixture, OnGpu.options());
    boolean dropout =
        fixture.model().graph().nodes().stream().anyMatch(n -> n.operation().equals("Dropout"));
    double apart = OnGpu.apart(actual, expected, start);
    System.out.printf("an epoch of %s: apart by %.2e, dropout %s%n", fixture, apart, dropout);

    assertThat(apart).isLessThan(dropout ? 10 : 0.02);
  }

  @ParameterizedTest
  @MethodSource("optimisers")
  void optimisersStepAsOnTheProcessor(Optimiser optimiser) throws Exception {
    OnnxModel model = ModelSpec.mlp(2, List.of(16), 1, 5).build();
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, optimiser, 0.02, 32)
            .withClipNorm(0.5)
            .withProximal(0.1);
    float[] expected = trained(model, recipe, EngineOptions.DEFAULT);

    assertThat(
            OnGpu.apart(trained(model, recipe, OnGpu.options()), expected, model.initialVector()))
        .isLessThan(1e-3);
  }

  static List<Optimiser> optimisers() {
    return List.of(Optimiser.sgd(0), Optimiser.sgd(0.9), Optimiser.adam(), Optimiser.adamW(0.1));
  }

  @Test
  void trainingTwiceOnTheGpuIsBitEqualForDenseLayers() throws Exception {
    OnnxModel model = ModelSpec.mlp(2, List.of(64, 64), 1, 5).build();
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, Optimiser.adam(), 0.02, 32);

    assertThat(trained(model, recipe, OnGpu.options()))
        .isEqualTo(trained(model, recipe, OnGpu.options()));
  }

  /// Masks with a quarter dropped, of 64 numbers in 300 rows and 100 epochs: a loss that falls
  /// below that of guessing, 0.69, shows that what is kept is scaled and that masks change.
  @Test
  void dropoutIsDrawnOnTheGpuFromTheSeed() throws Exception {
    OnnxModel model = new ModelSpec(2, List.of(64), 1, Activation.RELU, 0.25, 5).build();
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, Optimiser.adam(), 0.02, 32);
    float[] once = trained(model, recipe, OnGpu.options());

    assertThat(trained(model, recipe, OnGpu.options())).isEqualTo(once);
    try (Trainer trainer = new PyTorchEngine().open(model, recipe, OnGpu.options())) {
      trainer.train(Rows.exclusiveOr(300, 1), 3, new Seed(7, 2), Progress.NONE);
      assertThat(trainer.vector()).isNotEqualTo(once);
      assertThat(
              trainer
                  .train(Rows.exclusiveOr(300, 1), 100, new Seed(7, 3), Progress.NONE)
                  .lastEpochLoss())
          .isLessThan(0.3);
    }
  }

  @Test
  void membersOfAnEnsembleAreThoseOfTheProcessor() throws Exception {
    OnnxModel model = ModelSpec.mlp(2, List.of(8), 1, 5).build();
    List<float[]> expected = members(model, EngineOptions.DEFAULT);
    List<float[]> actual = members(model, OnGpu.options());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(OnGpu.apart(actual.get(i), expected.get(i), model.initialVector()))
          .isLessThan(1e-3);
    }
  }

  private static List<float[]> members(OnnxModel model, EngineOptions options) throws Exception {
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, Optimiser.sgd(0.9), 0.05, 16);
    try (EnsembleTrainer trainer = new PyTorchEngine().openEnsemble(model, 3, recipe, options)) {
      int[] all = IntStream.range(0, 100).toArray();
      List<Seed> seeds = List.of(new Seed(1, 1), new Seed(1, 2), new Seed(1, 3));
      trainer.train(Rows.exclusiveOr(100, 1), List.of(all, all, all), seeds, 3, Progress.NONE);
      return trainer.vectors();
    }
  }

  private static float[] trained(OnnxModel model, TrainingRecipe recipe, EngineOptions options)
      throws Exception {
    TrainingSet set = Rows.exclusiveOr(300, 1);
    try (Trainer trainer = new PyTorchEngine().open(model, recipe, options)) {
      trainer.train(set, 3, SEED, Progress.NONE);
      return trainer.vector();
    }
  }

  private static float[] epoch(Fixture fixture, EngineOptions options) throws Exception {
    try (Trainer trainer = open(fixture, options)) {
      trainer.train(fixture.set(), 1, fixture.seed(), Progress.NONE);
      return trainer.vector();
    }
  }

  private static Trainer open(Fixture fixture, EngineOptions options) throws Exception {
    return new PyTorchEngine().open(fixture.model(), fixture.recipe(), options);
  }
}
