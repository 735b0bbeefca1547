package dev.caisson.runtime.device;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Which engines' native libraries for CUDA are at hand, found without loading any.
///
/// @param torch PyTorch's
/// @param nd4j DL4J's
/// @param onnxRuntime whether `onnxruntime_gpu` is on the class path
public record Natives(Torch torch, Nd4j nd4j, boolean onnxRuntime) {
  /// Names a folder with a libtorch of the host.
  public static final String HOST_LIBTORCH = HostTorch.FOLDER;

  /// Natives without CUDA, as in a build without the profiles `cuda` and `cuda-dl4j`.
  public static final Natives NONE = new Natives(new Torch.ProcessorOnly(), Nd4j.NONE, false);

  /// PyTorch's native library.
  public sealed interface Torch {
    /// None for CUDA.
    record ProcessorOnly() implements Torch {}

    /// DJL's natives of CUDA 12.4 on the class path.
    record Cu124() implements Torch {}

    /// The host's own.
    ///
    /// @param cuda major version of the CUDA that it was built with, where its folder says so
    record OfHost(Path folder, Optional<Integer> cuda) implements Torch {}

    /// The host's own was named, and is not usable for this reason.
    ///
    /// @param anywhere whether not on the processor either
    record BadHost(String reason, boolean anywhere) implements Torch {}
  }

  /// ND4J's native library.
  ///
  /// @param cuda whether `nd4j-cuda-11.6` is on the class path
  /// @param taken the device that this process's ND4J computes on, once it is loaded
  public record Nd4j(boolean cuda, Optional<Device> taken) {
    public static final Nd4j NONE = new Nd4j(false, Optional.empty());
  }

  /// What is on this process's class path, and what its environment names.
  public static Natives find(Map<String, String> environment) {
    Torch torch =
        switch (HostTorch.named(environment)) {
          case HostTorch.Named.Nothing() -> onClassPath();
          case HostTorch.Named.Usable(HostTorch host) -> ofHost(host);
          case HostTorch.Named.Unusable(String reason) -> new Torch.BadHost(reason, true);
        };
    return new Natives(
        torch,
        new Nd4j(
            has("org/nd4j/linalg/jcublas/bindings/linux-x86_64/libjnind4jcuda.so"),
            SoleDevice.ND4J.taken()),
        has("ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so"));
  }

  private static Torch onClassPath() {
    return has("pytorch/cu124/linux-x86_64/libtorch_cuda.so")
            || has("pytorch/cu124/linux-x86_64/libtorch_cuda.so.gz")
        ? new Torch.Cu124()
        : new Torch.ProcessorOnly();
  }

  private static boolean has(String resource) {
    return Natives.class.getClassLoader().getResource(resource) != null;
  }

  private static Torch ofHost(HostTorch host) {
    return host.lacksForCuda()
        .<Torch>map(
            library ->
                new Torch.BadHost(
                    "%s names %s, which has no %s"
                        .formatted(HOST_LIBTORCH, Shown.of(host.folder().toString(), 200), library),
                    false))
        .orElseGet(() -> new Torch.OfHost(host.folder(), host.release()));
  }
}
