package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.build.Activation;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.EnsembleTrainer;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Schedule;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each member is what a trainer of its own makes of the same weights, rows and seed.
class EnsembleTest {
  private static final int MEMBERS = 3;
  private static final int ROWS = 50;
  private static final int OUTPUTS = 2;

  @ParameterizedTest
  @EnumSource(Loss.class)
  void membersAreTrainedAsIfAlone(Loss loss) throws Exception {
    TrainingRecipe plain = new TrainingRecipe(loss, new Optimiser.Sgd(0.9, 0.01), 0.05, 8);
    agrees(plain);
    agrees(plain.withClipNorm(0.05).withProximal(0.3));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyActivationAndAdam(Activation activation) throws Exception {
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.SOFTMAX_CROSS_ENTROPY, Optimiser.adamW(0.1), 0.01, 16)
            .withSchedule(new Schedule.Cosine(6, 0.1));
    agrees(recipe, activation);
  }

  @Test
  void matrixProductAndSum() throws Exception {
    OnnxModel model =
        new Graphs()
            .weight("W", 5, 4)
            .weight("b", 4)
            .weight("V", 4, OUTPUTS)
            .scalar("half", 0.5f)
            .node("MatMul", "h", List.of("x", "W"))
            .node("Add", "i", List.of("b", "h"))
            .node("Tanh", "j", List.of("i"))
            .node("Mul", "k", List.of("j", "half"))
            .node("MatMul", "out", List.of("k", "V"))
            .model(5);
    agrees(new TrainingRecipe(Loss.HUBER, Optimiser.sgd(0), 0.1, 8), model, 5);
  }

  @Test
  void refusesAGraphThatIsNoPerceptron() throws Exception {
    OnnxModel model =
        new Graphs()
            .weight("W", 5, 4)
            .node("MatMul", "h", List.of("x", "W"))
            .node("CumSum", "out", List.of("h", "h"))
            .model(5);
    assertThatThrownBy(() -> open(model, new TrainingRecipe(Loss.HUBER, Optimiser.sgd(0), 0.1, 8)))
        .hasMessageContaining("CumSum");
  }

  @Test
  void refusesRowsAndVectorsThatDoNotFit() throws Exception {
    OnnxModel model = ModelSpec.mlp(5, List.of(4), OUTPUTS, 1).build();
    try (EnsembleTrainer ensemble =
        open(model, new TrainingRecipe(Loss.SOFTMAX_CROSS_ENTROPY, Optimiser.sgd(0), 0.1, 8))) {
      assertThatThrownBy(() -> ensemble.load(List.of(model.initialVector())))
          .hasMessage("the ensemble has 3 members, got 1 vectors");
      assertThatThrownBy(
              () ->
                  train(
                      ensemble,
                      set(Loss.SOFTMAX_CROSS_ENTROPY, 5),
                      List.of(new int[3], new int[3], new int[2])))
          .hasMessageContaining("got 3 and 2");
      assertThatThrownBy(
              () ->
                  train(
                      ensemble,
                      set(Loss.SOFTMAX_CROSS_ENTROPY, 5),
                      List.of(new int[] {ROWS}, new int[1], new int[1])))
          .hasMessageContaining("row 50 does not exist");
    }
  }

  private static void agrees(TrainingRecipe recipe) throws Exception {
    agrees(recipe, Activation.TANH);
  }

  private static void agrees(TrainingRecipe recipe, Activation activation) throws Exception {
    agrees(recipe, new ModelSpec(5, List.of(7, 6), OUTPUTS, activation, 0, 1).build(), 5);
  }

  private static void agrees(TrainingRecipe recipe, OnnxModel model, int features)
      throws Exception {
    TrainingSet set = set(recipe.loss(), features);
    List<int[]> rows = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    for (int member = 0; member < MEMBERS; member++) {
      int first = member;
      rows.add(IntStream.range(0, 30).map(i -> (i * 7 + first) % ROWS).toArray());
      float[] vector = model.initialVector();
      vector[member] += 0.1f;
      vectors.add(vector);
    }
    try (EnsembleTrainer ensemble = open(model, recipe);
        Trainer alone = new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      ensemble.load(vectors);
      double[] losses = train(ensemble, set, rows);
      for (int member = 0; member < MEMBERS; member++) {
        alone.load(vectors.get(member));
        double loss =
            alone
                .train(part(set, rows.get(member)), 2, new Seed(7, member), Progress.NONE)
                .lastEpochLoss();

        // Sums of up to 30 floats in another order over 8 steps.
        assertThat(losses[member]).isBetween(loss - 1e-5, loss + 1e-5);
        float[] expected = alone.vector();
        float[] actual = ensemble.vectors().get(member);
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) actual[i]).isBetween(expected[i] - 2e-5, expected[i] + 2e-5);
        }
        assertThat(actual).isNotEqualTo(vectors.get(member));
      }
    }
  }

  private static double[] train(EnsembleTrainer ensemble, TrainingSet set, List<int[]> rows)
      throws TrainingException, InterruptedException {
    List<Seed> seeds = IntStream.range(0, MEMBERS).mapToObj(m -> new Seed(7, m)).toList();
    return ensemble.train(set, rows, seeds, 2, Progress.NONE);
  }

  private static EnsembleTrainer open(OnnxModel model, TrainingRecipe recipe)
      throws UnsupportedModelException, dev.caisson.runtime.onnx.InvalidModelException {
    return new PyTorchEngine().openEnsemble(model, MEMBERS, recipe, EngineOptions.DEFAULT);
  }

  private static TrainingSet set(Loss loss, int features) {
    int perRow = loss == Loss.SOFTMAX_CROSS_ENTROPY ? 1 : OUTPUTS;
    float[] y = new float[ROWS * perRow];
    for (int i = 0; i < y.length; i++) {
      y[i] = i % 3 == 0 ? 1 : 0;
    }
    return new TrainingSet(Rows.gaussians(ROWS * features, 3), ROWS, features, y);
  }

  private static TrainingSet part(TrainingSet set, int[] rows) {
    float[] x = new float[rows.length * set.features()];
    float[] y = new float[rows.length * set.labels()];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(set.x(), rows[i] * set.features(), x, i * set.features(), set.features());
      System.arraycopy(set.y(), rows[i] * set.labels(), y, i * set.labels(), set.labels());
    }
    return new TrainingSet(x, rows.length, set.features(), y);
  }
}
