package dev.caisson.runtime.device;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/// The few functions of NVIDIA's management library that describe GPUs, as `nvml.h` declares them.
/// Every one returns an `nvmlReturn_t` (an int, 0 for success); `nvmlDevice_t` is a pointer.
///
/// The library itself may be used by many threads.
final class Nvml {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final int TEXT = 96; // NVML_DEVICE_UUID_V2_BUFFER_SIZE, the largest of those here

  /// `nvmlMemory_t`: three `unsigned long long`, total, free and used.
  private static final MemoryLayout MEMORY = MemoryLayout.sequenceLayout(3, JAVA_LONG);

  /// `nvmlPciInfo_t`: char busIdLegacy[16], five `unsigned int`, char busId[32].
  private static final int PCI_INFO = 68;

  private static final int PCI_BUS_ID = 36;
  private static final int PCI_BUS_ID_LENGTH = 32;

  private final MethodHandle errorString;
  private final MethodHandle init;
  private final MethodHandle driverVersion;
  private final MethodHandle cudaVersion;
  private final MethodHandle count;
  private final MethodHandle handle;
  private final MethodHandle uuid;
  private final MethodHandle name;
  private final MethodHandle pciInfo;
  private final MethodHandle capability;
  private final MethodHandle memory;
  private final MethodHandle migMode;

  /// Memory of one GPU, in bytes.
  record Memory(long total, long free) {}

  /// @throws java.util.NoSuchElementException when the library lacks one of the functions
  Nvml(SymbolLookup library) {
    errorString =
        LINKER.downcallHandle(
            library.findOrThrow("nvmlErrorString"), FunctionDescriptor.of(ADDRESS, JAVA_INT));
    init = bind(library, "nvmlInit_v2");
    driverVersion = bind(library, "nvmlSystemGetDriverVersion", ADDRESS, JAVA_INT);
    cudaVersion = bind(library, "nvmlSystemGetCudaDriverVersion_v2", ADDRESS);
    count = bind(library, "nvmlDeviceGetCount_v2", ADDRESS);
    handle = bind(library, "nvmlDeviceGetHandleByIndex_v2", JAVA_INT, ADDRESS);
    uuid = bind(library, "nvmlDeviceGetUUID", ADDRESS, ADDRESS, JAVA_INT);
    name = bind(library, "nvmlDeviceGetName", ADDRESS, ADDRESS, JAVA_INT);
    pciInfo = bind(library, "nvmlDeviceGetPciInfo_v3", ADDRESS, ADDRESS);
    capability = bind(library, "nvmlDeviceGetCudaComputeCapability", ADDRESS, ADDRESS, ADDRESS);
    memory = bind(library, "nvmlDeviceGetMemoryInfo", ADDRESS, ADDRESS);
    migMode = bind(library, "nvmlDeviceGetMigMode", ADDRESS, ADDRESS, ADDRESS);
  }

  private static MethodHandle bind(SymbolLookup library, String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        library.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
  }

  /// Counted by the library; never undone, so that a look costs no start of it.
  void init() throws NvmlException {
    try {
      check("nvmlInit", (int) init.invokeExact());
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  String driverVersion() throws NvmlException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT);
      check("nvmlSystemGetDriverVersion", (int) driverVersion.invokeExact(text, TEXT));
      return string(text, 0, TEXT);
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  /// CUDA's own numbering: 1000 × major + 10 × minor.
  int cudaVersion() throws NvmlException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(JAVA_INT);
      check("nvmlSystemGetCudaDriverVersion", (int) cudaVersion.invokeExact(number));
      return number.get(JAVA_INT, 0);
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  /// As the library says: not to be trusted before it is bounded.
  int count() throws NvmlException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(JAVA_INT);
      check("nvmlDeviceGetCount", (int) count.invokeExact(number));
      return number.get(JAVA_INT, 0);
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  /// An opaque pointer, good for the calls below.
  MemorySegment handle(int index) throws NvmlException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointer = arena.allocate(ADDRESS);
      check("nvmlDeviceGetHandleByIndex", (int) handle.invokeExact(index, pointer));
      return pointer.get(ADDRESS, 0);
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  String uuid(MemorySegment device) throws NvmlException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT);
      check("nvmlDeviceGetUUID", (int) uuid.invokeExact(device, text, TEXT));
      return string(text, 0, TEXT);
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  String name(MemorySegment device) throws NvmlException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT);
      check("nvmlDeviceGetName", (int) name.invokeExact(device, text, TEXT));
      return string(text, 0, TEXT);
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  String busId(MemorySegment device) throws NvmlException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(PCI_INFO, Long.BYTES);
      check("nvmlDeviceGetPciInfo", (int) pciInfo.invokeExact(device, info));
      return string(info, PCI_BUS_ID, PCI_BUS_ID_LENGTH);
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  ComputeCapability capability(MemorySegment device) throws NvmlException {
    int major;
    int minor;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocate(JAVA_INT);
      MemorySegment second = arena.allocate(JAVA_INT);
      check(
          "nvmlDeviceGetCudaComputeCapability",
          (int) capability.invokeExact(device, first, second));
      major = first.get(JAVA_INT, 0);
      minor = second.get(JAVA_INT, 0);
    } catch (Throwable t) {
      throw rethrown(t);
    }
    return new ComputeCapability(major, minor);
  }

  Memory memory(MemorySegment device) throws NvmlException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment figures = arena.allocate(MEMORY);
      check("nvmlDeviceGetMemoryInfo", (int) memory.invokeExact(device, figures));
      return new Memory(figures.getAtIndex(JAVA_LONG, 0), figures.getAtIndex(JAVA_LONG, 1));
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  /// Whether the GPU is split into instances now; GPUs that cannot be answer by an error.
  boolean mig(MemorySegment device) throws NvmlException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment current = arena.allocate(JAVA_INT);
      MemorySegment pending = arena.allocate(JAVA_INT);
      check("nvmlDeviceGetMigMode", (int) migMode.invokeExact(device, current, pending));
      return current.get(JAVA_INT, 0) == 1;
    } catch (Throwable t) {
      throw rethrown(t);
    }
  }

  private void check(String call, int code) throws Throwable {
    if (code != 0) {
      MemorySegment words = (MemorySegment) errorString.invokeExact(code);
      boolean none = words.equals(MemorySegment.NULL);
      throw new NvmlException(
          call, code, none ? "unknown error" : string(words.reinterpret(200), 0, 200));
    }
  }

  /// Up to the first NUL, or all of the room where there is none.
  private static String string(MemorySegment room, int from, int length) {
    int end = 0;
    while (end < length && room.get(JAVA_BYTE, from + end) != 0) {
      end++;
    }
    byte[] bytes = room.asSlice(from, end).toArray(JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static NvmlException rethrown(Throwable t) {
    return switch (t) {
      case NvmlException failed -> failed;
      case Error error -> throw error;
      default -> throw new IllegalStateException("a call of a C library throws nothing itself", t);
    };
  }
}
