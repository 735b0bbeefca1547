package dev.caisson.runtime.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.engine.Engines;
import dev.caisson.runtime.onnx.Attribute;
import dev.caisson.runtime.onnx.ElementType;
import dev.caisson.runtime.onnx.Graph;
import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Shape;
import dev.caisson.runtime.onnx.Tensor;
import dev.caisson.runtime.onnx.ValueInfo;
import dev.caisson.runtime.pytorch.PyTorchEngine;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.memory.deallocation.DeallocatorService;
import org.nd4j.linalg.factory.Nd4j;

class Dl4jEngineTest {
  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
  private static final TrainingRecipe SOFTMAX =
      new TrainingRecipe(Loss.SOFTMAX_CROSS_ENTROPY, Optimiser.adam(), 0.01, 16);

  private static final TrainingRecipe SQUARES =
      new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.adam(), 0.01, 16);

  private static OnnxModel fixture(String name) throws Exception {
    return OnnxModel.load(FIXTURES.resolve(name).resolve("model.onnx"));
  }

  private static Trainer open(OnnxModel model, TrainingRecipe recipe) throws Exception {
    return new Dl4jEngine().open(model, recipe, EngineOptions.DEFAULT);
  }

  @Test
  void namesNodeOperationAndTheEngineThatHasIt() throws Exception {
    OnnxModel model = fixture("regression");

    assertThat(new Dl4jEngine().lacks(model))
        .anySatisfy(
            lack ->
                assertThat(lack)
                    .startsWith("node 'node_layer_norm")
                    .endsWith(
                        "(LayerNormalization): the dl4j engine lacks it; the pytorch engine has it"));
    assertThat(new PyTorchEngine().lacks(model)).isEmpty();
    assertThatThrownBy(() -> open(model, SOFTMAX))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("LayerNormalization");
  }

  @Test
  void refusesASettingBeforeTraining() throws Exception {
    OnnxModel scaled = product(Map.of("alpha", new Attribute.Real(2)));
    assertThat(new Dl4jEngine().lacks(scaled)).isEmpty();
    assertThatThrownBy(() -> open(scaled, SQUARES))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessage(
            "node 'fc' (Gemm): the dl4j engine lacks alpha or beta other than 1; the pytorch engine may have it");
    open(product(Map.of()), SQUARES).close();
  }

  private static OnnxModel product(Map<String, Attribute> settings) throws Exception {
    return OnnxModel.of(
        new Graph(
            "test",
            List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, 3))),
            List.of(new ValueInfo("y", ElementType.FLOAT, Shape.of(), false)),
            List.of(new Node("fc", "Gemm", List.of("x", "w"), List.of("y"), settings)),
            List.of(Tensor.ofFloats("w", Shape.of(3, 2), new float[] {1, 2, 3, 4, 5, 6}))),
        20);
  }

  @Test
  void refusesWholeNumberedInputs() throws Exception {
    assertThatThrownBy(() -> open(fixture("two-inputs"), SQUARES))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("takes whole numbers: the dl4j engine lacks that");
  }

  @Test
  void refusesAnUnknownEngineNamingThoseThereAre() {
    assertThatThrownBy(() -> Engines.named("keras"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no engine 'keras'; choose one of pytorch, dl4j");
    assertThat(Engines.named("dl4j").name()).isEqualTo("dl4j");
    assertThat(Engines.named("pytorch").name()).isEqualTo("pytorch");
  }

  @Test
  void isBitEqualTheSecondTimeAlsoWithDropoutAndTwoThreads() throws Exception {
    OnnxModel model = fixture("mlp-dropout");
    for (int threads : List.of(1, 2)) {
      try (Trainer trainer = new Dl4jEngine().open(model, SOFTMAX, new EngineOptions(threads))) {
        TrainingSet set = EngineParityTest.set(trainer, Loss.SOFTMAX_CROSS_ENTROPY, 70);
        trainer.train(set, 2, new Seed(5, 1), Progress.NONE);
        float[] once = trainer.vector();
        trainer.load(model.initialVector());
        trainer.train(set, 2, new Seed(5, 1), Progress.NONE);
        assertThat(trainer.vector()).isEqualTo(once);
        trainer.load(model.initialVector());
        trainer.train(set, 2, new Seed(5, 2), Progress.NONE);
        assertThat(trainer.vector()).as("another round").isNotEqualTo(once);
      }
    }
  }

  @Test
  void dropoutIsAbsentInScoring() throws Exception {
    OnnxModel model = fixture("mlp-dropout");
    try (Trainer ours = open(model, SOFTMAX);
        Trainer theirs = new PyTorchEngine().open(model, SOFTMAX, EngineOptions.DEFAULT)) {
      float[] x = EngineParityTest.gaussians(20 * ours.features(), 3);
      EngineParityTest.near(ours.outputs(x, 20), theirs.outputs(x, 20), EngineParityTest.OUTPUTS);
    }
  }

  @Test
  void aDropoutMaskKeepsItsShareAndMakesUpForTheRest() {
    StepState state = new StepState(0);
    state.seed(11);
    float[] ones = new float[100_000];
    java.util.Arrays.fill(ones, 1);
    float[] dropped =
        new Dropout(0.25f, 0, state)
            .forward(new Block[] {new Block(new long[] {1, ones.length}, ones)}, true)
            .numbers();
    long kept = IntStream.range(0, dropped.length).filter(i -> dropped[i] != 0).count();
    // Six standard deviations of a binomial: a false alarm in 5e8 seeds, and the seed is fixed.
    double spread = Math.sqrt(100_000 * 0.25 * 0.75);
    assertThat((double) kept).isBetween(75_000 - 6 * spread, 75_000 + 6 * spread);
    assertThat(dropped).containsOnly(0, 1 / 0.75f);
  }

  @Test
  void stopsWhenInterrupted() throws Exception {
    try (Trainer trainer = open(ModelSpec.mlp(4, List.of(8), 2, 1).build(), SOFTMAX)) {
      TrainingSet set = EngineParityTest.set(trainer, Loss.SOFTMAX_CROSS_ENTROPY, 4096);
      AtomicInteger reports = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  trainer.train(
                      set,
                      1000,
                      new Seed(1, 1),
                      (epoch, done, rows, loss) -> {
                        reports.incrementAndGet();
                        Thread.currentThread().interrupt();
                      }))
          .isInstanceOf(InterruptedException.class);
      assertThat(reports).hasValue(1);
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void saysWhenTheLossIsNoLongerFinite() throws Exception {
    TrainingRecipe wild = new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 1000, 8);
    try (Trainer trainer = open(ModelSpec.mlp(4, List.of(8), 1, 1).build(), wild)) {
      TrainingSet set = EngineParityTest.set(trainer, Loss.MEAN_SQUARED_ERROR, 64);
      assertThatThrownBy(() -> trainer.train(set, 50, new Seed(1, 1), Progress.NONE))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("no longer finite");
    }
  }

  @Test
  void anEnsemblesMembersAreTrainersOfTheirOwn() throws Exception {
    OnnxModel model = ModelSpec.mlp(4, List.of(8), 2, 1).build();
    int[] first = IntStream.range(0, 32).toArray();
    int[] second = IntStream.range(32, 64).toArray();
    try (var ensemble = new Dl4jEngine().openEnsemble(model, 2, SOFTMAX, EngineOptions.DEFAULT);
        Trainer alone = open(model, SOFTMAX)) {
      TrainingSet set = EngineParityTest.set(alone, Loss.SOFTMAX_CROSS_ENTROPY, 64);
      ensemble.train(
          set, List.of(first, second), List.of(new Seed(1, 1), new Seed(1, 2)), 1, Progress.NONE);
      TrainingSet own =
          new TrainingSet(
              java.util.Arrays.copyOf(set.x(), 32 * 4),
              32,
              4,
              java.util.Arrays.copyOf(set.y(), 32));
      alone.train(own, 1, new Seed(1, 1), Progress.NONE);
      assertThat(ensemble.vectors().getFirst()).isEqualTo(alone.vector());
      assertThat(ensemble.vectors().getLast()).isNotEqualTo(alone.vector());
    }
  }

  /// ND4J frees the handles of a step (about 170 of LeNet) when Java's collector has seen that
  /// nobody reads them any more. 200 steps that kept even one would leave 200. What this cannot see
  /// is memory that waits for the collector: `bench engine-run --engine dl4j --steps` measures
  /// that.
  @Test
  void noStepKeepsNativeBuffersReachable() throws Exception {
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.SOFTMAX_CROSS_ENTROPY, Optimiser.sgd(0.9), 0.01, 16);
    try (Trainer trainer = open(fixture("lenet"), recipe)) {
      TrainingSet set = EngineParityTest.set(trainer, Loss.SOFTMAX_CROSS_ENTROPY, 320);
      trainer.train(set, 1, new Seed(1, 1), Progress.NONE);
      int before = settled(0);
      trainer.train(set, 10, new Seed(1, 2), Progress.NONE);
      assertThat(settled(before + 100) - before).isLessThan(100);
    }
  }

  /// The buffers that are held after some collections, or as soon as they are fewer than so many.
  private static int settled(int enough) throws Exception {
    for (int i = 0; i < 20 && buffers() >= enough; i++) {
      System.gc();
      Thread.sleep(50);
    }
    return buffers();
  }

  private static int buffers() throws Exception {
    Field held = DeallocatorService.class.getDeclaredField("referenceMap");
    held.setAccessible(true);
    return ((Map<?, ?>) held.get(Nd4j.getDeallocatorService())).size();
  }
}
