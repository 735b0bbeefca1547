package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.build.Activation;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.Loss;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The script in double precision against central differences of its own loss.
class GradientTest {
  static final int FEATURES = 3;
  private static final int OUTPUTS = 3;
  private static final double TOLERANCE = 1e-7;

  @ParameterizedTest
  @EnumSource(Loss.class)
  void gradientsAreFiniteDifferences(Loss loss) throws Exception {
    checks(loss, new ModelSpec(FEATURES, List.of(5, 4), OUTPUTS, Activation.TANH, 0, 4).build());
    checks(loss, new ModelSpec(FEATURES, List.of(4), OUTPUTS, Activation.GELU, 0.5, 5).build());
    checks(loss, ModelSpec.logistic(FEATURES, OUTPUTS, 6).build());
  }

  @ParameterizedTest
  @MethodSource({
    "dev.caisson.runtime.pytorch.WindowParityTest#convolutions",
    "dev.caisson.runtime.pytorch.WindowParityTest#transposedConvolutions",
    "dev.caisson.runtime.pytorch.WindowParityTest#pools",
    "dev.caisson.runtime.pytorch.WindowParityTest#furtherPools",
    "dev.caisson.runtime.pytorch.ImageParityTest#normalisations",
    "dev.caisson.runtime.pytorch.ImageParityTest#furtherResizes",
    "dev.caisson.runtime.pytorch.ImageParityTest#pads"
  })
  void ofTheOperationsOnImages(ImageCase example) throws Exception {
    checks(Loss.MEAN_SQUARED_ERROR, example.model());
  }

  /// When training, the gradient flows through the mean and the variance of the batch.
  @ParameterizedTest
  @MethodSource
  void ofBatchStatistics(ImageCase example) throws Exception {
    try (Differences differences = new Differences(Loss.MEAN_SQUARED_ERROR, example.model())) {
      differences.training(TOLERANCE);
    }
  }

  static Stream<ImageCase> ofBatchStatistics() {
    return Stream.of(
        ImageCase.batchNormalization(new long[] {4}),
        ImageCase.batchNormalization(new long[] {2, 3, 2}));
  }

  static void checks(Loss loss, OnnxModel model) throws Exception {
    try (Differences differences = new Differences(loss, model)) {
      differences.scoring(TOLERANCE);
    }
  }
}
