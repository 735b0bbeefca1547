package dev.caisson.runtime.device;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Hosts that are not there.
final class Pretended {
  static final long GIB = 1L << 30;
  static final Natives ALL =
      new Natives(new Natives.Torch.Cu124(), new Natives.Nd4j(true, Optional.empty()), true);

  private Pretended() {}

  static Gpu h100(int index, long freeGib) {
    return gpu(index, "NVIDIA H100 80GB HBM3", 9, 0, 80, freeGib);
  }

  static Gpu gpu(int index, String name, int major, int minor, long totalGib, long freeGib) {
    return new Gpu(
        new Device.Cuda(index),
        "GPU-%08x-0000-0000".formatted(index + 0xa0),
        name,
        "00000000:%02x:00.0".formatted(index),
        new ComputeCapability(major, minor),
        totalGib * GIB,
        freeGib * GIB,
        false);
  }

  static Seen driver(Gpu... gpus) {
    return driver("550.127.08", gpus);
  }

  static Seen driver(String version, Gpu... gpus) {
    return new Seen.Driver(
        Version.find(version), Optional.of(new Version("12.4")), Arrays.asList(gpus), List.of());
  }

  static Natives hostTorch(Optional<Integer> cuda) {
    return new Natives(
        new Natives.Torch.OfHost(Path.of("/opt/libtorch/lib"), cuda), Natives.Nd4j.NONE, false);
  }
}
