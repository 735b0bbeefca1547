package dev.caisson.runtime.pytorch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/// PyTorch's native library in this process: loaded once, never from the network. Its thread count,
/// gradient mode and graph optimiser are settings of the calling thread, so each native call is
/// made through [#call].
final class TorchRuntime {
  private TorchRuntime() {}

  /// Something to do with the native library.
  interface Call<T> {
    T run();
  }

  /// Initialised on first use; DJL finds the natives on the class path and unpacks them once per
  /// user into its cache (`DJL_CACHE_DIR`).
  private static final class Loaded {
    static final Engine ENGINE = load();

    private static Engine load() {
      presetProperty("ai.djl.offline", "true");
      presetProperty("OPT_OUT_TRACKING", "true");
      presetProperty("ai.djl.pytorch.num_interop_threads", "1");
      presetProperty("ai.djl.pytorch.num_threads", "1");
      return Engine.getEngine("PyTorch");
    }

    private static void presetProperty(String name, String value) {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    }
  }

  /// A fresh owner of native memory; whoever asks closes it.
  static PtNDManager newManager() {
    return (PtNDManager) Loaded.ENGINE.newBaseManager();
  }

  /// Runs with so many threads, gradients on, and the graph optimiser off: it specialises a program
  /// in its first runs, which changes the last bits of results and gains nothing for these
  /// programs.
  static <T> T call(int threads, Call<T> call) {
    JniUtils.setNumThreads(threads);
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(true);
    try {
      return call.run();
    } finally {
      JniUtils.setGradMode(false);
    }
  }
}
