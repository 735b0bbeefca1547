package dev.caisson.runtime.pytorch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.ProcessEnvironment;
import java.util.Optional;
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
  /// user into its cache (`DJL_CACHE_DIR`), unless the environment names a [HostLibtorch]. A
  /// library that does not load is told to everybody who asks.
  private static final class Loaded {
    static final Object ENGINE_OR_FAILURE = tried();

    private static Object tried() {
      try {
        return load();
      } catch (EngineException e) {
        return e;
      } catch (RuntimeException e) { // of what the environment names; an initialiser must not throw
        return new EngineException(String.valueOf(e.getMessage()), e);
      }
    }

    private static Engine load() {
      presetProperty("ai.djl.offline", "true");
      presetProperty("OPT_OUT_TRACKING", "true");
      presetProperty("ai.djl.pytorch.num_interop_threads", "1");
      presetProperty("ai.djl.pytorch.num_threads", "1");
      ProcessEnvironment.forCuda();
      Optional<HostLibtorch> host = HostLibtorch.named(System.getenv());
      host.ifPresentOrElse(HostLibtorch::announce, CudaBridge::unpack);
      try {
        return Engine.getEngine("PyTorch");
      } catch (EngineException e) {
        throw host.map(h -> new EngineException(h.doesNotLoad(e), e)).orElse(e);
      }
    }

    private static void presetProperty(String name, String value) {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    }
  }

  private static Engine engine() {
    return switch (Loaded.ENGINE_OR_FAILURE) {
      case Engine engine -> engine;
      case EngineException failure -> throw new EngineException(failure.getMessage(), failure);
      default -> throw new IllegalStateException("an engine or why there is none");
    };
  }

  /// The version of the native library.
  static String version() {
    return engine().getVersion();
  }

  /// A fresh owner of memory on the device; whoever asks closes it.
  ///
  /// @throws EngineException when there is no native library
  static PtNDManager newManager(Device device) {
    return (PtNDManager)
        engine()
            .newBaseManager(
                switch (device) {
                  case Device.Cpu _ -> ai.djl.Device.cpu();
                  case Device.Cuda(int index) -> ai.djl.Device.gpu(index);
                });
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
