package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.TrainingException;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A batch that a device does not hold, on a pretended device.
class RoomTest {
  private final List<String> notices = new ArrayList<>();
  private final Progress progress =
      new Progress() {
        @Override
        public void notice(String words) {
          notices.add(words);
        }

        @Override
        public void trained(int epoch, int rowsDone, int rows, double meanLoss) {}
      };

  @Test
  void piecesOfABatchGiveItsStepUpToRounding() throws Exception {
    for (double clip : new double[] {0, 0.1}) {
      for (int width : new int[] {16, 128}) {
        OnnxModel model = ModelSpec.mlp(2, List.of(width, width), 1, 5).build();
        float[] whole = trained(model, clip, 1000);
        assertThat(notices).isEmpty();
        float[] pieces = trained(model, clip, 5);

        assertThat(notices).singleElement().asString().contains("32 rows", "pieces of 4 rows");
        assertThat(OnGpu.apart(pieces, whole, model.initialVector())).isBetween(1e-12, 1e-3);
        notices.clear();
      }
    }
  }

  @Test
  void refusesAModelOfWhichNotOneRowFits() {
    OnnxModel model = ModelSpec.mlp(2, List.of(4), 1, 5).build();

    assertThatThrownBy(() -> trained(model, 0, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("does not hold one row");
  }

  @Test
  void anotherFaultIsNotTakenForMemory() {
    Room room =
        new Room(
            (slots, rows) -> {
              throw new EngineException("CUDA error: unspecified launch failure");
            });

    assertThatThrownBy(() -> room.rows(32, TorchProgram.slots(), progress))
        .isInstanceOf(EngineException.class);
  }

  private float[] trained(OnnxModel model, double clip, int fit) throws Exception {
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, Optimiser.sgd(0.9), 0.05, 32)
            .withClipNorm(clip);
    TrainingSet set = Rows.exclusiveOr(100, 1);
    try (PyTorchTrainer trainer =
        (PyTorchTrainer) new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      trainer.pretendRoomFor(fit);
      trainer.train(set, 2, new Seed(1, 1), progress);
      return trainer.vector();
    }
  }
}
