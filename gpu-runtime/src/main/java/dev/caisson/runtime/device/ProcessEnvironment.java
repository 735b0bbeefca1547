package dev.caisson.runtime.device;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Variables that NVIDIA's libraries read when they start, set in this process unless whoever
/// started it has set them. Java's own view of the environment does not change.
public final class ProcessEnvironment {
  private ProcessEnvironment() {}

  /// GPUs counted as `nvidia-smi` counts them; matrix products in full single precision (not TF32,
  /// which keeps 10 bits), so that results agree with the processor's; and cuBLAS with work space
  /// of a fixed size, without which equal runs may differ.
  public static void forCuda() {
    set("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    set("NVIDIA_TF32_OVERRIDE", "0");
    set("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
  }

  @SuppressWarnings("restricted") // setenv of the C library, with texts of our own
  private static void set(String name, String value) {
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().find("setenv").orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(name);
      int result = (int) setenv.invokeExact(key, arena.allocateFrom(value), 0);
      if (result != 0) {
        throw new IllegalStateException("setenv refuses " + name);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("setenv throws nothing", e);
    }
  }
}
