package dev.caisson.runtime.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Tensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What ONNX Runtime, which has its own shape inference, makes of the built files.
class BuiltModelTest {
  private static final int ROWS = 3;

  @Test
  void eachKindGivesOneRowOfOutputsForEachRow() throws OrtException {
    for (Architecture each :
        List.of(
            new Cnn(2, List.of(9, 8), List.of(3, 4), 3, 2, List.of(5), 7, Activation.GELU, 0.2, 1),
            new Cnn(2, List.of(21), List.of(3, 4), 5, 3, List.of(), 7, Activation.TANH, 0, 1),
            new ResNet18(1, 16, 4, 7, 1),
            new ResNet18(3, 65, 4, 7, 1),
            new Transformer(0, 3, 6, 8, 2, 2, 12, 0.1, 7, 1),
            new ModelSpec(5, List.of(4), 7, Activation.LEAKY_RELU, 0.1, 1))) {
      OnnxModel model = each.build();
      float[] rows = rows(model);
      float[] outputs = run(model, rows);
      assertThat(outputs).as("%s", each).hasSize(ROWS * 7);
      // another row, another output: nothing between input and output is cut
      assertThat(outputs[0]).as("%s", each).isNotEqualTo(outputs[7]);
      assertThat(each.build().bytes()).isEqualTo(model.bytes());
    }
  }

  @Test
  void transformerReadsTokens() throws OrtException {
    OnnxModel model = new Transformer(11, 0, 4, 8, 2, 1, 16, 0.1, 2, 1).build();
    long[] tokens = {0, 10, 3, 3, 10, 0, 3, 3};

    try (OnnxTensor input =
        OnnxTensor.createTensor(
            OrtEnvironment.getEnvironment(), LongBuffer.wrap(tokens), new long[] {2, 4})) {
      float[] outputs = run(model, "tokens", input);
      assertThat(outputs).hasSize(4);
      assertThat(outputs[0]).isNotEqualTo(outputs[2]); // the order of tokens counts
    }
  }

  /// A convolution, ReLU, pooling and a linear layer by their definitions, in doubles.
  @Test
  void seriesNetworkComputesWhatItsDefinitionSays() throws OrtException {
    OnnxModel model =
        new Cnn(2, List.of(7), List.of(3), 3, 2, List.of(), 2, Activation.RELU, 0, 9).build();
    float[] x = rows(model);
    float[] outputs = run(model, x);

    for (int row = 0; row < ROWS; row++) {
      double[] flat = new double[9];
      for (int channel = 0; channel < 3; channel++) {
        for (int at = 0; at < 6; at++) {
          double sum = stored(model, "conv1.bias")[channel];
          for (int from = 0; from < 2; from++) {
            for (int k = 0; k < 3; k++) {
              int place = at + k - 1;
              if (place >= 0) {
                sum +=
                    stored(model, "conv1.weight")[(channel * 2 + from) * 3 + k]
                        * x[(row * 2 + from) * 7 + place];
              }
            }
          }
          int pool = channel * 3 + at / 2; // the seventh place has no partner and is dropped
          flat[pool] = Math.max(flat[pool], Math.max(0, sum));
        }
      }
      for (int output = 0; output < 2; output++) {
        double wanted = stored(model, "fc1.bias")[output];
        for (int i = 0; i < 9; i++) {
          wanted += stored(model, "fc1.weight")[output * 9 + i] * flat[i];
        }
        // sums of at most 10 floats of size 1: errors of some 1e-7
        assertThat((double) outputs[row * 2 + output]).isCloseTo(wanted, within(1e-5));
      }
    }
  }

  @Test
  void resNetDrawsByHeAndStartsNormalisationNeutral() {
    OnnxModel model = new ResNet18(3, 32, 16, 10, 4).build();

    float[] weight = stored(model, "layer2.1.conv2.weight"); // 32 × 32 × 3 × 3
    double squares = 0;
    for (float value : weight) {
      squares += value * value;
    }
    // variance 2 / (32 · 9); its estimate from 9,216 normal draws has relative sd √(2/9216) = 1.5 %
    assertThat(squares / weight.length * 32 * 9 / 2).isCloseTo(1, within(0.06));
    assertThat(stored(model, "layer2.1.bn2.weight")).containsOnly(1f);
    assertThat(stored(model, "layer2.1.bn2.bias")).containsOnly(0f);
    assertThat(stored(model, "layer2.1.bn2.running_mean")).containsOnly(0f);
    assertThat(stored(model, "layer2.1.bn2.running_var")).containsOnly(1f);
  }

  private static float[] stored(OnnxModel model, String name) {
    return model.graph().initializers().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .map(Tensor::floats)
        .orElseThrow();
  }

  private static float[] rows(OnnxModel model) {
    int width =
        model.graph().inputs().getFirst().shape().dimensions().stream()
            .skip(1)
            .mapToInt(Long::intValue)
            .reduce(1, (a, b) -> a * b);
    Random random = new Random(2);
    float[] rows = new float[ROWS * width];
    IntStream.range(0, rows.length).forEach(i -> rows[i] = random.nextFloat() * 2 - 1);
    return rows;
  }

  private static float[] run(OnnxModel model, float[] rows) throws OrtException {
    List<Long> shape = model.graph().inputs().getFirst().shape().dimensions();
    long[] dimensions = shape.stream().mapToLong(Long::longValue).toArray();
    dimensions[0] = ROWS;
    try (OnnxTensor input =
        OnnxTensor.createTensor(
            OrtEnvironment.getEnvironment(), FloatBuffer.wrap(rows), dimensions)) {
      return run(model, "features", input);
    }
  }

  private static float[] run(OnnxModel model, String name, OnnxTensor input) throws OrtException {
    try (OrtSession session =
            OrtEnvironment.getEnvironment()
                .createSession(model.bytes(), new OrtSession.SessionOptions());
        OrtSession.Result result = session.run(Map.of(name, input))) {
      FloatBuffer out = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[out.remaining()];
      out.get(values);
      return values;
    }
  }
}
