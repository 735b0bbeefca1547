package dev.caisson.runtime.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which engines' native libraries for CUDA are at hand, found without loading any.
///
/// @param torch PyTorch's
/// @param nd4j DL4J's
/// @param onnxRuntime whether `onnxruntime_gpu` is on the class path
public record Natives(Torch torch, Nd4j nd4j, boolean onnxRuntime) {
  /// Names a folder with a libtorch of the host.
  public static final String HOST_LIBTORCH = "CAISSON_LIBTORCH";

  private static final Pattern CUDA = Pattern.compile("\\+cu([0-9]{2,3})\\b");
  private static final int MOST_BYTES = 4096;

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
    String host = environment.getOrDefault(HOST_LIBTORCH, "");
    Torch torch = new Torch.ProcessorOnly();
    if (!host.isEmpty()) {
      torch = ofHost(host);
    } else if (has("pytorch/cu124/linux-x86_64/libtorch_cuda.so")
        || has("pytorch/cu124/linux-x86_64/libtorch_cuda.so.gz")) {
      torch = new Torch.Cu124();
    }
    return new Natives(
        torch,
        new Nd4j(
            has("org/nd4j/linalg/jcublas/bindings/linux-x86_64/libjnind4jcuda.so"),
            SoleDevice.ND4J.taken()),
        has("ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so"));
  }

  private static boolean has(String resource) {
    return Natives.class.getClassLoader().getResource(resource) != null;
  }

  private static Torch ofHost(String named) {
    Path folder;
    try {
      folder = Path.of(named);
    } catch (InvalidPathException e) { // not a name in this process's encoding
      return new Torch.BadHost(
          "%s is no path here: %s".formatted(HOST_LIBTORCH, Shown.of(named, 200)), true);
    }
    if (!folder.isAbsolute()) {
      return new Torch.BadHost(
          "%s must be an absolute path, got %s".formatted(HOST_LIBTORCH, Shown.of(named, 200)),
          true);
    }
    for (String file : new String[] {"libtorch.so", "libtorch_cuda.so"}) {
      if (!Files.isRegularFile(folder.resolve(file))) {
        return new Torch.BadHost(
            "%s names %s, which has no %s".formatted(HOST_LIBTORCH, Shown.of(named, 200), file),
            !file.contains("cuda"));
      }
    }
    return new Torch.OfHost(folder, cuda(folder));
  }

  /// A libtorch archive has `build-version` above its libraries, a Python wheel `version.py`.
  private static Optional<Integer> cuda(Path folder) {
    for (String file : new String[] {"../build-version", "../version.py"}) {
      try (InputStream in = Files.newInputStream(folder.resolve(file))) {
        Matcher version =
            CUDA.matcher(new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1));
        if (version.find()) {
          return Optional.of(Integer.parseInt(version.group(1).substring(0, 2)));
        }
      } catch (IOException e) {
        // not there: the other may be, and without either nothing is claimed
      }
    }
    return Optional.empty();
  }
}
