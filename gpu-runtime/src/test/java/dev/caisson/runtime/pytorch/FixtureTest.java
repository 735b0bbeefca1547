package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Packing;
import dev.caisson.runtime.onnx.Parameter;
import dev.caisson.runtime.score.Scorer;
import dev.caisson.runtime.shape.Shapes;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Labels;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingReport;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Real exports: the libraries that made them and ONNX Runtime are the oracles.
class FixtureTest {
  @ParameterizedTest
  @MethodSource("dev.caisson.runtime.pytorch.Fixture#all")
  void theVectorIsWhatTheLibraryCallsItsParameters(Fixture fixture) throws Exception {
    OnnxModel model = fixture.model();
    JsonNode parameters = fixture.expected().get("parameters");

    assertThat(model.layout().parameters()).hasSize(parameters.size());
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = model.layout().parameters().get(i);
      JsonNode wanted = parameters.get(i);
      assertThat(parameter.name()).isEqualTo(wanted.get("name").textValue());
      assertThat(parameter.kind().name()).isEqualTo(wanted.get("kind").textValue());
      assertThat(parameter.offset()).isEqualTo(wanted.get("offset").intValue());
      assertThat(parameter.shape().dimensions().toString().replace(" ", ""))
          .isEqualTo(wanted.get("shape").toString());
    }
    assertThat(model.layout().length()).isEqualTo(fixture.expected().get("length").intValue());
  }

  @ParameterizedTest
  @MethodSource("dev.caisson.runtime.pytorch.Fixture#all")
  void outputsAreThoseOfOnnxRuntimeAndOfTheLibrary(Fixture fixture) throws Exception {
    OnnxModel model = fixture.model();
    int rows = fixture.expected().get("outputRows").intValue();
    float[] x = Arrays.copyOf(fixture.floats("input.bin"), rows * fixture.features());
    try (Scorer scorer = Scorer.open(model, 1);
        Trainer trainer = open(fixture, model)) {
      float[] actual = trainer.outputs(x, rows);

      assertThat(trainer.features()).isEqualTo(fixture.features());
      assertThat(trainer.outputs()).isEqualTo(fixture.expected().get("outputs").intValue());
      assertThat(trainer.labels()).isEqualTo(fixture.expected().get("labelsPerRow").intValue());
      relative(actual, scorer.logits(x, rows));
      near(actual, fixture.floats("outputs.bin"), fixture.tolerance("outputs"));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.caisson.runtime.pytorch.Fixture#trained")
  void oneEpochIsThatOfPlainPyTorch(Fixture fixture) throws Exception {
    OnnxModel model = fixture.model();
    try (Trainer trainer = open(fixture, model)) {
      TrainingReport report = trainer.train(fixture.set(), 1, fixture.seed(), Progress.NONE);
      float[] once = trainer.vector();
      trainer.load(model.initialVector());
      trainer.train(fixture.set(), 1, fixture.seed(), Progress.NONE);

      assertThat(trainer.vector()).as("bit-equal the second time").isEqualTo(once);
      near(once, fixture.floats("trained.bin"), fixture.tolerance("trained"));
      double mean = meanLoss(fixture);
      assertThat(report.meanLoss())
          .isBetween(mean - fixture.tolerance("losses"), mean + fixture.tolerance("losses"));
      assertThat(once).isNotEqualTo(model.initialVector());

      int rows = fixture.expected().get("outputRows").intValue();
      float[] x = Arrays.copyOf(fixture.floats("input.bin"), rows * fixture.features());
      OnnxModel written = OnnxModel.parse(model.withVector(once).bytes());
      try (Scorer scorer = Scorer.open(written, 1)) {
        float[] scores = scorer.logits(x, rows);
        relative(scores, trainer.outputs(x, rows));
        near(scores, fixture.floats("trained-outputs.bin"), fixture.tolerance("trainedOutputs"));
      }
    }
  }

  /// Central differences of the script's own loss, in double. At a step of 1e-6 their error is
  /// about 1e-10 / 1e-6 from rounding and 1e-12 times the third derivative from the cut.
  @ParameterizedTest
  @MethodSource("dev.caisson.runtime.pytorch.Fixture#all")
  void gradientsAreFiniteDifferences(Fixture fixture) throws Exception {
    OnnxModel model = fixture.model();
    Shapes shapes = Shapes.of(model);
    Labels labels = Labels.of(fixture.loss(), shapes.output().dims());
    Packing packing = new Packing(model.layout());
    double step = 1e-6;
    try (TorchProgram program =
            new TorchProgram(
                ScriptWriter.write(model, shapes, fixture.recipe(), 7), DataType.FLOAT64, 1);
        TensorScope data = program.scope()) {
      int rows = Math.min(6, fixture.rows());
      Map<Slot, NDArray> slots = TorchProgram.slots();
      slots.put(
          Slot.X,
          data.reals(
              Arrays.copyOf(fixture.floats("input.bin"), rows * fixture.features()),
              new Shape(rows, fixture.features())));
      float[] y = Arrays.copyOf(fixture.floats("labels.bin"), rows * labels.perRow());
      slots.put(Slot.Y, LabelTensor.of(labels, data, y, rows));
      float[] initial = model.initialVector();
      slots.put(Slot.STATISTICS, data.flat(Packing.take(packing.statistics(), initial)));
      float[] packed = Packing.take(packing.weights(), initial);
      double[] weights = IntStream.range(0, packed.length).mapToDouble(i -> packed[i]).toArray();
      double[] gradient = evaluate(program, slots, weights);

      for (int i : new Random(1).ints(40, 0, weights.length).toArray()) {
        double kept = weights[i];
        weights[i] = kept + step;
        double above = evaluate(program, slots, weights)[0];
        weights[i] = kept - step;
        double below = evaluate(program, slots, weights)[0];
        weights[i] = kept;
        double difference = (above - below) / (2 * step);
        assertThat(gradient[i + 1]).isBetween(difference - 1e-6, difference + 1e-6);
      }
    }
  }

  /// The loss, then the gradient.
  private static double[] evaluate(
      TorchProgram program, Map<Slot, NDArray> slots, double[] weights) {
    try (TensorScope call = program.scope()) {
      slots.put(Slot.WEIGHTS, call.doubles(weights));
      try (NDList result = program.run("gradient", slots)) {
        double[] gradient = result.get(1).toDoubleArray();
        double[] both = new double[gradient.length + 1];
        both[0] = result.get(0).getDouble();
        System.arraycopy(gradient, 0, both, 1, gradient.length);
        return both;
      }
    }
  }

  private static double meanLoss(Fixture fixture) {
    JsonNode losses = fixture.expected().get("losses");
    int batch = fixture.recipe().batchSize();
    double sum = 0;
    for (int i = 0; i < losses.size(); i++) {
      sum += losses.get(i).doubleValue() * Math.min(batch, fixture.rows() - i * batch);
    }
    return sum / fixture.rows();
  }

  private static Trainer open(Fixture fixture, OnnxModel model) throws Exception {
    return new PyTorchEngine().open(model, fixture.recipe(), EngineOptions.DEFAULT);
  }

  /// Within 1e-4 of the largest expected value.
  private static void relative(float[] actual, float[] expected) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    near(actual, expected, 1e-4 * largest);
  }

  private static void near(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("number %d", i)
          .isBetween(expected[i] - tolerance, expected[i] + tolerance);
    }
  }
}
