package dev.caisson.runtime.device;

import dev.caisson.runtime.device.Natives.Torch;
import java.util.Optional;

/// What each engine's natives for CUDA need of a GPU and its driver.
///
/// Sources: `nd4j-cuda-11.6`'s fat binary was read: machine code for sm_37 to sm_86, no PTX. By
/// documents alone: PyTorch 2.5's builds for CUDA 12.4 have code for sm_50 to sm_90 (its build
/// scripts); CUDA 11, 12 and 13 want drivers 450.80.02, 525.60.13 and 580 (NVIDIA, "CUDA
/// Compatibility"); ONNX Runtime's CUDA provider wants CUDA 12 and cuDNN 9. Which GPUs ONNX Runtime
/// has code for is not documented, so only the driver is judged there.
final class EngineFitness {
  private static final Version CUDA_11 = new Version("450.80.02");
  private static final Version CUDA_12 = new Version("525.60.13");
  private static final Version CUDA_13 = new Version("580");
  private static final Fitness.CannotRun NO_VERSION =
      new Fitness.CannotRun("the driver does not tell its version");

  private EngineFitness() {}

  static Fitness of(EngineKind engine, Gpu gpu, Optional<Version> driver, Natives natives) {
    return switch (engine) {
      case PYTORCH -> torch(gpu, driver, natives.torch());
      case DL4J -> dl4j(gpu, driver, natives.nd4j());
      case ONNX_RUNTIME -> onnxRuntime(driver, natives.onnxRuntime());
    };
  }

  private static Fitness torch(Gpu gpu, Optional<Version> driver, Torch torch) {
    return switch (torch) {
      case Torch.ProcessorOnly() ->
          new Fitness.CannotRun(
              "no PyTorch natives for CUDA here: build with -Pcuda, or name the host's libtorch by "
                  + Natives.HOST_LIBTORCH);
      case Torch.BadHost(String reason, boolean _) -> new Fitness.CannotRun(reason);
      case Torch.Cu124() ->
          gpu.capability().isWithin(5, 0, 9, 0)
              ? needing(CUDA_12, driver, "natives of CUDA 12.4")
              : new Fitness.CannotRun(
                  "the natives of CUDA 12.4 have code for compute capability 5.0 to 9.0, this GPU is %s: name a newer libtorch of the host by %s"
                      .formatted(gpu.capability(), Natives.HOST_LIBTORCH));
      case Torch.OfHost(_, Optional<Integer> cuda) -> {
        String natives =
            "the host's libtorch%s".formatted(cuda.map(v -> " of CUDA " + v).orElse(""));
        yield switch (cuda.orElse(0)) {
          case 11 -> needing(CUDA_11, driver, natives);
          case 12 -> needing(CUDA_12, driver, natives);
          case 13 -> needing(CUDA_13, driver, natives);
          default -> new Fitness.Runs(natives);
        };
      }
    };
  }

  /// What nothing can help against comes first. CUDA 11 serves code of any of its releases from its
  /// first driver on, if that code is machine code, as it is here.
  private static Fitness dl4j(Gpu gpu, Optional<Version> driver, Natives.Nd4j nd4j) {
    if (!gpu.capability().isWithin(3, 7, 8, 9)) {
      return new Fitness.CannotRun(
          "nd4j-cuda 11.6 has code for compute capability 3.7 to 8.9 only, this GPU is %s: use pytorch"
              .formatted(gpu.capability()));
    }
    if (!nd4j.cuda()) {
      return new Fitness.CannotRun(
          "no ND4J natives for CUDA here: build with -Pcuda-dl4j, or use pytorch");
    }
    return SoleDevice.objection(nd4j.taken(), gpu.device())
        .<Fitness>map(Fitness.CannotRun::new)
        .orElseGet(() -> needing(CUDA_11, driver, "nd4j-cuda 11.6"));
  }

  private static Fitness onnxRuntime(Optional<Version> driver, boolean present) {
    return present
        ? needing(CUDA_12, driver, "onnxruntime_gpu, with the host's CUDA 12 and cuDNN 9")
        : new Fitness.CannotRun(
            "no ONNX Runtime for CUDA here: build with -Pcuda; it needs CUDA 12 and cuDNN 9 on the host");
  }

  private static Fitness needing(Version least, Optional<Version> driver, String natives) {
    if (driver.isEmpty()) {
      return NO_VERSION;
    }
    return driver.get().compareTo(least) >= 0
        ? new Fitness.Runs(natives)
        : new Fitness.CannotRun(
            "%s: the driver is %s, and %s or newer is needed"
                .formatted(natives, driver.get(), least));
  }
}
