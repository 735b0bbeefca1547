package dev.caisson.runtime.pytorch;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Locale;

/// What a failure inside the native library is a failure of, as its message tells.
enum NativeFault {
  /// The device's memory does not hold the work.
  MEMORY,
  /// There is no such device, or this native library cannot use it.
  NO_DEVICE,
  /// The device stopped working. CUDA refuses every later call of this process for it.
  DEVICE_LOST,
  /// Neither: the program, and so the graph.
  PROGRAM;

  private static final List<String> ABSENT =
      List.of(
          "invalid device ordinal",
          "no kernel image",
          "no cuda-capable device",
          "no nvidia",
          "driver version is insufficient",
          "not linked with support for cuda",
          "not compiled with cuda",
          "cannot initialize cuda",
          "could not run 'aten",
          "nvidia driver on your system is too old");

  static NativeFault of(EngineException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("out of memory") || message.contains("you tried to allocate")) {
      return MEMORY;
    }
    if (ABSENT.stream().anyMatch(message::contains)) {
      return NO_DEVICE;
    }
    boolean device =
        message.contains("cuda error")
            || message.contains("cublas_status")
            || message.contains("cudnn_status");
    return device ? DEVICE_LOST : PROGRAM;
  }

  String words(EngineException e) {
    String reason = PyTorchEngine.reason(e);
    return switch (this) {
      case MEMORY ->
          "the device's memory ran out: %s; use smaller batches or a device that others leave alone"
              .formatted(reason);
      case NO_DEVICE -> "there is no such device that this PyTorch can use: " + reason;
      case DEVICE_LOST ->
          "the device failed and takes no more work from this process; start it anew: " + reason;
      case PROGRAM -> reason;
    };
  }
}
