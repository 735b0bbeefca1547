package dev.caisson.runtime.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.runtime.onnx.Node;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.onnx.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSpecTest {
  @Test
  void equalSpecsGiveEqualBytesAndAnotherSeedOtherWeights() {
    byte[] once = ModelSpec.mlp(7, List.of(5, 3), 1, 42).build().bytes();

    assertThat(ModelSpec.mlp(7, List.of(5, 3), 1, 42).build().bytes()).isEqualTo(once);
    assertThat(ModelSpec.mlp(7, List.of(5, 3), 1, 43).build().bytes()).isNotEqualTo(once);
  }

  /// Plans name such models by digest; these are of the version that first made them.
  @Test
  void bytesStayWhatTheyWereInEarlierVersions() {
    assertThat(ModelSpec.mlp(7, List.of(5, 3), 1, 42).build().digest())
        .hasToString("sha256:10e4bb6907359dac1ad6dee18bbae23577354be650e94a187d8561f6638bc70a");
    assertThat(ModelSpec.logistic(9, 3, 7).build().digest())
        .hasToString("sha256:4e5a2e64fd21f7268a7558b161ba812d6c8addd9bb5479956b2fc5d3de239f93");
    assertThat(new ModelSpec(7, List.of(5, 3), 2, Activation.TANH, 0.25, 1).build().digest())
        .hasToString("sha256:6a3c173f20e67174f6909dc90d598ac80b0636e552e1707a6cf1750684955706");
  }

  @Test
  void anMlpHasItsLayers() {
    OnnxModel model = new ModelSpec(7, List.of(5, 3), 2, Activation.TANH, 0.25, 1).build();

    assertThat(model.graph().nodes())
        .extracting(Node::operation)
        .containsExactly("Gemm", "Tanh", "Dropout", "Gemm", "Tanh", "Dropout", "Gemm");
    assertThat(model.layout().parameters())
        .extracting(Parameter::length)
        .containsExactly(35, 5, 15, 3, 6, 2);
  }

  @Test
  void firstWeightsAreUniformAsPyTorchDrawsThem() {
    float[] vector = ModelSpec.logistic(400, 100, 3).build().initialVector();

    double bound = 1 / Math.sqrt(400);
    double sum = 0;
    double squares = 0;
    for (float value : vector) {
      assertThat((double) value).isBetween(-bound, bound);
      sum += value;
      squares += value * value;
    }
    // n = 40,100 draws, sd of the mean 0.00014 and of the variance 0.0000037: five of either never
    // fail by chance for a fixed seed once they have passed.
    assertThat(sum / vector.length).isBetween(-0.0007, 0.0007);
    assertThat(squares / vector.length)
        .isBetween(bound * bound / 3 - 2e-5, bound * bound / 3 + 2e-5);
  }
}
