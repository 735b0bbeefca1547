package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.device.ComputeCapability;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.Gpu;
import dev.caisson.runtime.device.Host;
import dev.caisson.runtime.device.Seen;
import dev.caisson.runtime.device.Version;
import dev.caisson.runtime.device.Visible;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The engine asks what CUDA shows before it gives PyTorch a number; otherwise `cuda:1` of a person
/// would be another card wherever `CUDA_VISIBLE_DEVICES` hides the first.
class HiddenGpuTest {
  private static final TrainingRecipe RECIPE =
      new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 0.1, 2);

  private final OnnxModel model = ModelSpec.mlp(2, List.of(2), 1, 1).build();

  private static Gpu gpu(int index) {
    return new Gpu(
        new Device.Cuda(index),
        "GPU-" + index,
        "a GPU",
        "0:" + index,
        new ComputeCapability(8, 0),
        8L << 30,
        8L << 30,
        false);
  }

  private static PyTorchEngine on(String visible) {
    Seen seen =
        new Seen.Driver(
            Optional.of(new Version("550.1")),
            Optional.empty(),
            List.of(gpu(0), gpu(1)),
            List.of());
    return new PyTorchEngine(
        () ->
            Host.look(() -> seen, Map.of(Visible.ORDER, "PCI_BUS_ID", Visible.VARIABLE, visible)));
  }

  private static EngineOptions cuda(int index) {
    return new EngineOptions(1, 1L << 30, new Device.Cuda(index));
  }

  @Test
  void refusesAHiddenGpuInWords() {
    assertThatThrownBy(() -> on("1").open(model, RECIPE, cuda(0)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessage(
            "the pytorch engine cannot compute on cuda:0: hidden from CUDA: CUDA_VISIBLE_DEVICES=1 hides or reorders GPUs");
  }

  @Test
  void refusesAGpuThatIsNotThereForAnEnsembleToo() {
    assertThatThrownBy(() -> on("0,1").openEnsemble(model, 2, RECIPE, cuda(7)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("cuda:7 is not there; there is cuda:0 (a GPU), cuda:1 (a GPU)");
  }
}
