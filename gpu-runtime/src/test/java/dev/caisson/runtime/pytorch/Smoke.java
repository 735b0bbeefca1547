package dev.caisson.runtime.pytorch;

import dev.caisson.runtime.build.ModelSpec;
import dev.caisson.runtime.train.Progress;
import dev.caisson.runtime.train.Seed;
import dev.caisson.runtime.train.Trainer;
import java.util.List;

/// The shortest proof that the engine runs on this machine's GPU, with the whole story where it
/// does not; `benchmarks/gpu.sh` starts with it.
final class Smoke {
  private Smoke() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println("device " + OnGpu.options().device());
    System.out.println("libtorch " + new PyTorchEngine().version());
    try (Trainer trainer =
        OnGpu.open(ModelSpec.mlp(2, List.of(16), 1, 1).build(), OnGpu.options())) {
      var report = trainer.train(Rows.exclusiveOr(64, 1), 2, new Seed(1, 1), Progress.NONE);
      System.out.println("trained " + report);
      System.out.println("scored " + trainer.outputs(new float[] {0, 1}, 1)[0]);
    }
  }
}
