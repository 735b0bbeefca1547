package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingReport;
import dev.caisson.runtime.train.TrainingSet;
import dev.caisson.runtime.train.UnsupportedModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a GPU has not, and what it does not hold.
@Tag("gpu")
class GpuMemoryTest {
  @BeforeEach
  void onAGpu() {
    OnGpu.assume();
  }

  @Test
  void refusesAGpuThatIsNotThere() {
    EngineOptions options = new EngineOptions(1, 1L << 40, new Device.Cuda(7));

    assertThatThrownBy(() -> OnGpu.open(ModelSpec.mlp(2, List.of(2), 1, 1).build(), options))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("cannot compute on cuda:7: cuda:7 is not there; there is ");
  }

  /// A row keeps 24 layers of 1,024 numbers before and after their activation: 2^20 rows are 206
  /// GB, more than any one GPU of today holds.
  @Test
  void takesABatchThatDoesNotFitInPiecesAndSaysSo() throws Exception {
    Assumptions.assumeFalse(OnGpu.PRETENDED, "the processor's memory is not for filling");
    OnnxModel model = ModelSpec.mlp(8, Collections.nCopies(24, 1024), 1, 1).build();
    int rows = 1 << 20;
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.MEAN_SQUARED_ERROR, Optimiser.sgd(0), 1e-3, rows);
    TrainingSet set =
        new TrainingSet(Rows.gaussians(8 * rows, 1), rows, 8, Rows.gaussians(rows, 2));
    Notices notices = new Notices();
    try (Trainer trainer = new PyTorchEngine().open(model, recipe, OnGpu.options())) {
      TrainingReport report = trainer.train(set, 1, new Seed(1, 1), notices);

      assertThat(report.steps()).isEqualTo(1);
      assertThat(report.meanLoss()).isFinite();
      assertThat(notices.words).singleElement().asString().contains("does not fit", "in pieces of");
      System.out.println(notices.words.getFirst());
    }
  }

  /// An array of 640 rows kept by each of 20 calls would not show, a tensor kept by each of 20,000
  /// steps would: PyTorch keeps 4 KiB or more for one.
  @Test
  void thousandsOfStepsKeepNoMemory() throws Exception {
    TrainingSet set = Rows.exclusiveOr(640, 1);
    try (Trainer trainer =
        OnGpu.open(ModelSpec.mlp(2, List.of(16), 1, 5).build(), OnGpu.options())) {
      trainer.train(set, 100, new Seed(1, 1), Progress.NONE);
      System.gc();
      long early = resident();
      for (int call = 0; call < 20; call++) {
        trainer.train(set, 50, new Seed(1, call), Progress.NONE);
        trainer.outputs(set.x(), set.rows());
        trainer.vector();
      }
      System.gc();
      System.out.printf("20,000 steps: %d KiB more%n", resident() - early);

      assertThat(resident() - early).as("KiB more").isLessThan(64 << 10);
    }
  }

  @Test
  void saysHowManyRowsAreScoredInASecond() throws Exception {
    OnnxModel model = ModelSpec.mlp(784, List.of(256, 128), 1, 1).build();
    int rows = 20_000;
    float[] x = Rows.gaussians(784 * rows, 1);
    try (Trainer trainer = OnGpu.open(model, OnGpu.options())) {
      trainer.outputs(x, rows);
      long start = System.nanoTime();
      trainer.outputs(x, rows);
      trainer.outputs(x, rows);
      System.out.printf(
          "scoring 784-256-128-1: %,.0f rows a second%n",
          2 * rows / ((System.nanoTime() - start) / 1e9));
      assertThat(trainer.outputs(x, rows)).hasSize(rows);
    }
  }

  private static long resident() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static final class Notices implements Progress {
    private final List<String> words = new ArrayList<>();

    @Override
    public void notice(String notice) {
      words.add(notice);
    }

    @Override
    public void trained(int epoch, int rowsDone, int rows, double meanLoss) {}
  }
}
