package dev.caisson.runtime.dl4j;

import com.sun.management.OperatingSystemMXBean;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.DeviceException;
import dev.caisson.runtime.device.SoleDevice;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.OptionalInt;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/// ND4J's native library in this process: loaded on first use for one device ([SoleDevice]), never
/// from the network, silently. Its thread count is one for the process, so calls with different
/// counts take turns.
final class Nd4jRuntime {
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";
  private static final Object TURNS = new Object();
  private static int running;
  private static long drawn;
  private static long served;
  private static int threads;

  private Nd4jRuntime() {}

  private static final class Loaded {
    /// The card to which threads are bound before they call; none on the processor.
    static final OptionalInt CARD = load();

    private static OptionalInt load() {
      if (card.isEmpty()) {
        Nd4j.getEnvironment().setMaxThreads(1);
        Nd4j.getEnvironment().setMaxMasterThreads(1);
      } else {
        Nd4j.getAffinityManager().unsafeSetDevice(card.getAsInt());
      }
      return card;
    }

    /// Loads, by the initialiser of this class.
    static void require() {}
  }

  private static volatile OptionalInt card = OptionalInt.empty();

  /// Loads ND4J for this device, unless it is loaded for it.
  ///
  /// @param ordinal CUDA's number of the card; means nothing for the processor
  /// @throws DeviceException where it is loaded for another, or this one's natives are not there or
  ///   do not find it: says which, and what to do
  static void load(Device device, int ordinal) throws DeviceException {
    SoleDevice.ND4J.take(
        device,
        () -> {
          preset("org.nd4j.log.initialization", "false");
          preset("org.bytedeco.javacpp.logger.debug", "false");
          preset("org.bytedeco.javacpp.maxbytes", Long.toString(mostBytes()));
          // Physical memory would count PyTorch's too; the engine's own bound is
          // EngineOptions.bytes.
          preset("org.bytedeco.javacpp.maxphysicalbytes", "0");
          System.setProperty(
              CACHE,
              NativeCache.require(
                      System.getenv(),
                      System.getProperty(CACHE, ""),
                      System.getProperty("user.home", "."))
                  .toString());
          Backend.of(device).choose();
          card = device instanceof Device.Cuda ? OptionalInt.of(ordinal) : OptionalInt.empty();
        });
    Loaded.require();
  }

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

  /// Of the library's Java side; nothing is loaded for it.
  static String version() {
    String version = Nd4j.class.getPackage().getImplementationVersion();
    return version == null ? "1.0.0-M2.1" : version;
  }

  /// The right to call the native library with one thread count, until closed.
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /// Waits until calls with other thread counts are over. Equal counts run beside each other. On a
  /// card there are no counts, and the thread is bound to the card.
  static Turn turn(int count) {
    if (Loaded.CARD.isPresent()) {
      bind(Loaded.CARD.getAsInt());
      return () -> {};
    }
    enter(count);
    return Nd4jRuntime::leave;
  }

  private static void bind(int card) {
    AffinityManager cards = Nd4j.getAffinityManager();
    if (cards.getDeviceForCurrentThread() != card) {
      cards.unsafeSetDevice(card);
    }
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
    for (int depth = 0; depth < 20 && deepest.getCause() != null; depth++) {
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
