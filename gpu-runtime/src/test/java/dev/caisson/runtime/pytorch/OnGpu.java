package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/// The GPU that tests tagged `gpu` run on. Without one they are skipped, which says why.
/// `CAISSON_TEST_DEVICE=cpu` runs them on the processor, to try the tests themselves.
final class OnGpu {
  static final boolean PRETENDED = "cpu".equals(System.getenv("CAISSON_TEST_DEVICE"));

  private OnGpu() {}

  static EngineOptions options() {
    return new EngineOptions(1, 1L << 42, PRETENDED ? Device.cpu() : new Device.Cuda(0));
  }

  private static final class Missing {
    static final Optional<String> REASON = reason();

    private static Optional<String> reason() {
      try (Trainer trainer = open(ModelSpec.mlp(2, List.of(2), 1, 1).build(), options())) {
        return trainer.features() == 2 ? Optional.empty() : Optional.of("a strange trainer");
      } catch (UnsupportedModelException e) {
        return Optional.of("no CUDA device: " + e.getMessage());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static void assume() {
    Missing.REASON.ifPresent(Assumptions::abort);
  }

  static Trainer open(OnnxModel model, EngineOptions options) throws Exception {
    return new PyTorchEngine()
        .open(
            model,
            new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, Optimiser.sgd(0), 0.1, 32),
            options);
  }

  /// The distance of two vectors, as a share of what training moved the second by.
  static double apart(float[] one, float[] other, float[] start) {
    double difference = 0;
    double moved = 0;
    for (int i = 0; i < one.length; i++) {
      difference += Math.pow((double) one[i] - other[i], 2);
      moved += Math.pow((double) other[i] - start[i], 2);
    }
    return Math.sqrt(difference / moved);
  }
}
