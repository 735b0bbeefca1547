package dev.caisson.runtime.dl4j;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/// ND4J's native library in this process: loaded on first use, never from the network, silently.
/// Its thread count is one for the process, so calls with different counts take turns.
final class Nd4jRuntime {
  private static final Object TURNS = new Object();
  private static int running;
  private static long drawn;
  private static long served;
  private static int threads;

  private Nd4jRuntime() {}

  private static final class Loaded {
    static final String VERSION = load();

    private static String load() {
      preset("org.nd4j.log.initialization", "false");
      preset("org.bytedeco.javacpp.logger.debug", "false");
      preset("org.bytedeco.javacpp.maxbytes", Long.toString(mostBytes()));
      // Physical memory would count PyTorch's too; the engine's own bound is EngineOptions.bytes.
      preset("org.bytedeco.javacpp.maxphysicalbytes", "0");
      String cache = System.getenv("ENGINE_CACHE_DIR");
      if (cache != null && !cache.isBlank()) {
        preset("org.bytedeco.javacpp.cachedir", Path.of(cache, "javacpp").toString());
      }
      Nd4j.getEnvironment().setMaxThreads(1);
      Nd4j.getEnvironment().setMaxMasterThreads(1);
      String version = Nd4j.class.getPackage().getImplementationVersion();
      return version == null ? "1.0.0-M2.1" : version;
    }

    /// Loads, by the initialiser of this class.
    static void require() {}

    private static long mostBytes() {
      long machine =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
      return Math.max(1L << 30, machine / 4 * 3);
    }

    private static void preset(String name, String value) {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    }
  }

  static String version() {
    return Loaded.VERSION;
  }

  /// The right to call the native library with one thread count, until closed.
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /// Waits until calls with other thread counts are over. Equal counts run beside each other.
  static Turn turn(int count) {
    Loaded.require();
    enter(count);
    return Nd4jRuntime::leave;
  }

  private static void enter(int count) {
    boolean interrupted = false;
    synchronized (TURNS) {
      long ticket = drawn++;
      while (ticket != served || (running > 0 && threads != count)) {
        try {
          TURNS.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      served++;
      running++;
      TURNS.notifyAll(); // the next may have the same count
      if (threads != count) {
        threads = count;
        Nd4j.getEnvironment().setMaxThreads(count);
        Nd4j.getEnvironment().setMaxMasterThreads(count);
      }
      // OpenMP's count belongs to a thread, and OpenBLAS starts with the environment's.
      NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(count);
      Nd4j.factory().blas().setMaxThreads(count);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void leave() {
    synchronized (TURNS) {
      if (--running == 0) {
        TURNS.notifyAll();
      }
    }
  }

  /// What the innermost cause says, on one line: ND4J wraps why it does not load several times.
  static String deepest(Throwable error) {
    Throwable deepest = error;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return reason(deepest);
  }

  /// The line of an engine's message that says what is wrong.
  static String reason(Throwable error) {
    String message = error.getMessage();
    return message == null
        ? error.getClass().getSimpleName().toLowerCase(Locale.ROOT)
        : message.lines().findFirst().orElse("");
  }
}
