package dev.caisson.runtime.pytorch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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

  /// The version of the native library.
  static String version() {
    return Loaded.ENGINE.getVersion();
  }

  /// A fresh owner of native memory; whoever asks closes it.
  static PtNDManager newManager() {
    return (PtNDManager) Loaded.ENGINE.newBaseManager();
  }

  /// The compiler of programs goes through them by recursion, and an overflow of the stack inside
  /// the native library ends the process. This is enough for the largest graph that the limits let
  /// in; only what is used takes memory.
  private static final long DEEP_STACK = 512L << 20;

  /// Runs on a thread of its own with a deep stack, as what compiles a program must: loading it,
  /// and the first call of each of its functions. Cannot be interrupted.
  static <T> T deep(Call<T> call) {
    FutureTask<T> task = new FutureTask<>(call::run);
    Thread thread = new Thread(null, task, "caisson-pytorch", DEEP_STACK);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException thrown -> throw thrown;
        case Error thrown -> throw thrown;
        case null, default -> throw new IllegalStateException("a call throws nothing checked", e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
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
