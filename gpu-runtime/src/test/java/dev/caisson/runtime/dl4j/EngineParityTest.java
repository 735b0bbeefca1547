package dev.caisson.runtime.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.build.ModelSpec;
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
import dev.caisson.runtime.train.Schedule;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Both engines on the same models, rows and recipes. Nothing here is chance: seeds are fixed, and
/// the tolerances, all shares of the largest number, are for sums in another order.
class EngineParityTest {
  /// The widest sum, a convolution of resnet18, has 4,608 products: in another order it moves by
  /// about sqrt(4608) x 2^-24 = 4e-6 (Higham, "Accuracy and Stability", 2.8). Seen: 2.4e-7.
  static final double OUTPUTS = 1e-5;

  /// The same in each of five or nine steps, stretched by normalisation over eight rows, whose
  /// divisor is small for units that hardly vary. Seen: 6.0e-6 for one model, 2.0e-7 or less for
  /// the others.
  private static final double EPOCH = 1e-4;

  /// Nine steps of a small network, without normalisation; seen: 1.6e-7. Adam's first steps are of
  /// the size of the learning rate whatever the gradient, so a gradient near zero whose sign is
  /// rounding would show as 2e-2.
  private static final double STEPS = 2e-5;

  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

  /// A model, its loss, and rows that are one more than whole batches.
  record Case(String name, Source source, Loss loss, int rows) {
    interface Source {
      OnnxModel model() throws Exception;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> models() {
    return List.of(
        new Case(
            "logistic", () -> ModelSpec.logistic(5, 1, 3).build(), Loss.BINARY_CROSS_ENTROPY, 33),
        file("mlp-frozen", Loss.SOFTMAX_CROSS_ENTROPY),
        file("sklearn-mlp", Loss.SOFTMAX_CROSS_ENTROPY),
        file("sklearn-pipeline", Loss.SOFTMAX_CROSS_ENTROPY),
        file("tied-autoencoder", Loss.HUBER),
        file("lenet", Loss.SOFTMAX_CROSS_ENTROPY),
        file("keras-cnn", Loss.MEAN_SQUARED_ERROR),
        file("resnet18", Loss.SOFTMAX_CROSS_ENTROPY),
        file("lstm", Loss.MEAN_SQUARED_ERROR));
  }

  private static Case file(String name, Loss loss) {
    return new Case(
        name, () -> OnnxModel.load(FIXTURES.resolve(name).resolve("model.onnx")), loss, 33);
  }

  @ParameterizedTest
  @MethodSource("models")
  void outputsAreThoseOfThePyTorchEngine(Case given) throws Exception {
    TrainingRecipe recipe = new TrainingRecipe(given.loss(), Optimiser.sgd(0), 0.05, 8);
    OnnxModel model = given.source().model();
    try (Trainer ours = new Dl4jEngine().open(model, recipe, EngineOptions.DEFAULT);
        Trainer theirs = new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      float[] x = gaussians(given.rows() * ours.features(), 1);
      near(ours.outputs(x, given.rows()), theirs.outputs(x, given.rows()), OUTPUTS);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void anEpochIsThatOfThePyTorchEngine(Case given) throws Exception {
    TrainingRecipe recipe = new TrainingRecipe(given.loss(), Optimiser.sgd(0.9), 0.01, 8);
    OnnxModel model = given.source().model();
    compare(model, recipe, given.rows(), EPOCH);
  }

  /// A last batch of one row leaves the running statistics of a dense normalisation alone.
  @Test
  void aBatchOfOneRowIsNormalisedAsInThePyTorchEngine() throws Exception {
    OnnxModel model = normalised();
    compare(
        model, new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0.5), 0.02, 8), 33, EPOCH);
  }

  static List<TrainingRecipe> recipes() {
    return Stream.of(
            new Optimiser.Sgd(0, 0),
            new Optimiser.Sgd(0.9, 0.01),
            new Optimiser.Adam(0.9, 0.999, 1e-8, 0.01),
            new Optimiser.AdamW(0.9, 0.999, 1e-8, 0.1))
        .map(o -> new TrainingRecipe(Loss.SOFTMAX_CROSS_ENTROPY, o, 0.01, 8))
        .flatMap(
            r ->
                Stream.of(
                    r,
                    r.withProximal(0.5),
                    r.withProximal(0.5).withOffset().withClipNorm(0.5),
                    r.withOffset(),
                    r.withClipNorm(0.1),
                    r.withSchedule(new Schedule.WarmUp(3, new Schedule.Cosine(6, 0.1)))))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyOptimiserTakesPyTorchsSteps(TrainingRecipe recipe) throws Exception {
    OnnxModel model = OnnxModel.load(FIXTURES.resolve("mlp-frozen").resolve("model.onnx"));
    compare(model, recipe, 65, STEPS);
  }

  /// A model that PyTorch updates parameter by parameter, and one with running statistics, which no
  /// offset touches.
  @Test
  void anOffsetOfTheGradientIsAddedByBothEngines() throws Exception {
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0.5), 0.02, 8).withOffset();
    compare(ModelSpec.mlp(40, List.of(300), 1, 3).build(), recipe, 33, EPOCH);
    compare(normalised(), recipe, 33, EPOCH);
  }

  private static OnnxModel normalised() throws Exception {
    List<Tensor> tensors =
        List.of(
            Tensor.ofFloats("w", Shape.of(5, 6), gaussians(30, 21)),
            Tensor.ofFloats("scale", Shape.of(6), new float[] {1, 2, 1, 0.5f, 1, 1}),
            Tensor.ofFloats("shift", Shape.of(6), gaussians(6, 22)),
            Tensor.ofFloats("running_mean", Shape.of(6), gaussians(6, 23)),
            Tensor.ofFloats("running_var", Shape.of(6), new float[] {1, 2, 1, 0.5f, 1, 1}),
            Tensor.ofFloats("last", Shape.of(6, 1), gaussians(6, 24)));
    return OnnxModel.of(
        new Graph(
            "test",
            List.of(ValueInfo.of("x", ElementType.FLOAT, Shape.of(Shape.FREE, 5))),
            List.of(new ValueInfo("y", ElementType.FLOAT, Shape.of(), false)),
            List.of(
                node("MatMul", "h", "x", "w"),
                node(
                    "BatchNormalization",
                    "n",
                    "h",
                    "scale",
                    "shift",
                    "running_mean",
                    "running_var"),
                node("Tanh", "t", "n"),
                node("MatMul", "y", "t", "last")),
            tensors),
        20);
  }

  private static Node node(String operation, String output, String... inputs) {
    return new Node(operation + output, operation, List.of(inputs), List.of(output), Map.of());
  }

  private static void compare(OnnxModel model, TrainingRecipe recipe, int rows, double tolerance)
      throws Exception {
    try (Trainer ours = new Dl4jEngine().open(model, recipe, EngineOptions.DEFAULT);
        Trainer theirs = new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      TrainingSet set = set(ours, recipe.loss(), rows);
      if (recipe.offset()) {
        float[] offset = gaussians(model.layout().length(), 31);
        ours.load(model.initialVector(), offset);
        theirs.load(model.initialVector(), offset);
      }
      TrainingReport own = ours.train(set, 1, new Seed(7, 1), Progress.NONE);
      TrainingReport other = theirs.train(set, 1, new Seed(7, 1), Progress.NONE);
      near(ours.vector(), theirs.vector(), tolerance);
      assertThat(moved(model.initialVector(), theirs.vector()))
          .as("the tolerance tells a trained model from an untrained one")
          .isGreaterThan(10 * tolerance);
      assertThat(own.meanLoss())
          .isBetween(other.meanLoss() - tolerance, other.meanLoss() + tolerance);
      assertThat(own.steps()).isEqualTo(other.steps());
    }
  }

  /// By how much the number that moved most did, as a share of the largest.
  static double moved(float[] from, float[] to) {
    double largest = 1;
    double most = 0;
    for (int i = 0; i < from.length; i++) {
      largest = Math.max(largest, Math.abs(to[i]));
      most = Math.max(most, Math.abs((double) to[i] - from[i]));
    }
    return most / largest;
  }

  static TrainingSet set(Trainer trainer, Loss loss, int rows) {
    float[] x = gaussians(rows * trainer.features(), 2);
    float[] y = gaussians(rows * trainer.labels(), 3);
    Random random = new Random(4);
    for (int i = 0; i < y.length; i++) {
      y[i] =
          switch (loss) {
            case BINARY_CROSS_ENTROPY -> random.nextInt(2);
            case SOFTMAX_CROSS_ENTROPY -> random.nextInt(2);
            case MEAN_SQUARED_ERROR, HUBER -> 2 * y[i];
          };
    }
    return new TrainingSet(x, rows, trainer.features(), y);
  }

  static float[] gaussians(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /// Within `tolerance` of the largest expected number, at least 1.
  static void near(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("number %d", i)
          .isBetween(expected[i] - tolerance * largest, expected[i] + tolerance * largest);
    }
  }
}
