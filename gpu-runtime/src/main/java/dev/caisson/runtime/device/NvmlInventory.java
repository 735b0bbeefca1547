package dev.caisson.runtime.device;

import dev.caisson.runtime.device.Seen.Lost;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// GPUs as NVIDIA's management library describes them. The library is loaded at the first look that
/// finds it, and stays loaded.
///
/// Not guaranteed: that a look ends soon. A driver that hangs holds it up.
final class NvmlInventory implements Inventory {
  static final NvmlInventory HOST = new NvmlInventory(usualPlaces());

  private static final String LIBRARY = "libnvidia-ml.so.1";
  private static final int MOST_GPUS = 64;
  private static final String NONE =
      "no NVIDIA driver here: "
          + LIBRARY
          + " is in none of the loader's folders (LD_LIBRARY_PATH is one way to name another)";

  private final List<Path> places;
  private @Nullable SymbolLookup named;
  private @Nullable Nvml nvml;
  private boolean begun;

  /// @param places files to try where the loader does not find the library by its name
  private NvmlInventory(List<Path> places) {
    this.places = places;
  }

  /// The library in this file, and no other.
  static NvmlInventory of(Path library) {
    NvmlInventory inventory = new NvmlInventory(List.of());
    inventory.named = SymbolLookup.libraryLookup(library, Arena.global());
    return inventory;
  }

  private static List<Path> usualPlaces() {
    List<Path> files = new ArrayList<>();
    for (String folder :
        List.of(
            "/usr/local/nvidia/lib64",
            "/usr/local/nvidia/lib",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib64",
            "/usr/lib64/nvidia",
            "/usr/lib/nvidia",
            "/usr/lib/wsl/lib")) {
      files.add(Path.of(folder, LIBRARY));
    }
    return files;
  }

  @Override
  public synchronized Seen look() {
    try {
      if (nvml == null) {
        Optional<SymbolLookup> library = library();
        if (library.isEmpty()) {
          return new Seen.NoDriver(NONE);
        }
        nvml = new Nvml(library.get());
      }
      if (!begun) {
        nvml.init();
        begun = true;
      }
      return ask(nvml);
    } catch (NvmlException e) {
      return new Seen.NoDriver("the NVIDIA driver does not answer: " + e.getMessage());
    } catch (NoSuchElementException e) {
      return new Seen.NoDriver("the NVIDIA driver is too old: " + e.getMessage());
    }
  }

  private Optional<SymbolLookup> library() {
    if (named != null) {
      return Optional.of(named);
    }
    Optional<SymbolLookup> byName = load(LIBRARY);
    if (byName.isPresent()) {
      return byName;
    }
    return places.stream()
        .filter(Files::exists)
        .map(path -> load(path.toString()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<SymbolLookup> load(String name) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not there, or not for this processor
    }
  }

  private static Seen ask(Nvml nvml) throws NvmlException {
    int count = Math.clamp(nvml.count(), 0, MOST_GPUS);
    List<Gpu> gpus = new ArrayList<>();
    List<Lost> lost = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      Device.Cuda device = new Device.Cuda(index);
      try {
        gpus.add(gpu(nvml, device));
      } catch (NvmlException | IllegalArgumentException e) {
        lost.add(new Lost(device, String.valueOf(e.getMessage())));
      }
    }
    return new Seen.Driver(driverVersion(nvml), cudaVersion(nvml), gpus, lost);
  }

  private static Gpu gpu(Nvml nvml, Device.Cuda device) throws NvmlException {
    MemorySegment handle = nvml.handle(device.index());
    Nvml.Memory memory = nvml.memory(handle);
    return new Gpu(
        device,
        nvml.uuid(handle),
        nvml.name(handle),
        nvml.busId(handle),
        nvml.capability(handle),
        memory.total(),
        memory.free(),
        mig(nvml, handle));
  }

  /// Most GPUs cannot be split, and say so by an error.
  private static boolean mig(Nvml nvml, MemorySegment handle) {
    try {
      return nvml.mig(handle);
    } catch (NvmlException e) {
      return false;
    }
  }

  private static Optional<Version> driverVersion(Nvml nvml) {
    try {
      return Version.find(nvml.driverVersion());
    } catch (NvmlException e) {
      return Optional.empty();
    }
  }

  private static Optional<Version> cudaVersion(Nvml nvml) {
    try {
      int number = nvml.cudaVersion();
      return Version.find("%d.%d".formatted(number / 1000, number % 1000 / 10));
    } catch (NvmlException e) {
      return Optional.empty();
    }
  }
}
