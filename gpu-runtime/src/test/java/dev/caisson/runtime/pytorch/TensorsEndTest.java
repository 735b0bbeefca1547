package dev.caisson.runtime.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.engine.PtNDArray;
import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.onnx.OnnxModel;
import dev.caisson.runtime.train.EngineOptions;
import dev.caisson.runtime.train.Loss;
import dev.caisson.runtime.train.Optimiser;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import dev.caisson.runtime.train.TrainingRecipe;
import dev.caisson.runtime.train.TrainingSet;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/// A study's trainer lives for thousands of rounds: what one call makes must end with it. The
/// tensors that are alive are counted, after a collection, for a leak of a few hundred bytes hides
/// in any figure of the process's memory.
class TensorsEndTest {
  @Test
  void noCallLeavesATensorBehind() throws Exception {
    OnnxModel model = ModelSpec.mlp(2, List.of(4), 1, 5).build();
    TrainingRecipe recipe =
        new TrainingRecipe(Loss.BINARY_CROSS_ENTROPY, Optimiser.adam(), 0.01, 32);
    TrainingSet set = Rows.exclusiveOr(100, 1);
    try (Trainer trainer = new PyTorchEngine().open(model, recipe, EngineOptions.DEFAULT)) {
      calls(trainer, set, 1); // makes what stays
      long before = alive();
      calls(trainer, set, 20);
      assertThat(alive()).isEqualTo(before);
      for (int load = 0; load < 20; load++) {
        trainer.load(model.initialVector());
        calls(trainer, set, 1);
      }
      assertThat(alive()).isEqualTo(before);
    }
  }

  private static void calls(Trainer trainer, TrainingSet set, int times) throws Exception {
    for (int call = 0; call < times; call++) {
      trainer.train(set, 2, new Seed(1, call), Progress.NONE);
      trainer.outputs(set.x(), set.rows());
      trainer.vector();
    }
  }

  /// From the JVM's own histogram of live objects.
  private static long alive() throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    return histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length >= 4 && words[3].equals(PtNDArray.class.getName()))
        .mapToLong(words -> Long.parseLong(words[1]))
        .sum();
  }
}
