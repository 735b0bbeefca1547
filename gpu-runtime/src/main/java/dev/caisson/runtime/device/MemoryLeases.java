package dev.caisson.runtime.device;

import dev.caisson.runtime.device.LeaseFolder.Entry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who may use how much of each GPU's memory: leases on one GPU together never exceed what it has,
/// less what others use and a reserve.
///
/// A GPU's driver says what is used, not by whom. What is used and not leased is taken to be
/// others', and so is what was when an earlier lease was granted; a holder that has not yet used
/// its lease thus keeps it. **Not guaranteed:** that a holder keeps to its lease, and that nobody
/// without a lease takes memory later. The processor has no leases: it is always granted.
///
/// Threads may use it at the same time. With a folder it holds for all processes that name the same
/// one; there must be one object of this for each folder in a process ([#sharing]).
public final class MemoryLeases {
  /// Left to the driver and to what CUDA itself takes in a process: about 300 to 500 MiB for a
  /// context with PyTorch's kernels.
  private static final long RESERVE = 512L << 20;

  private static final Map<Path, MemoryLeases> SHARED = new HashMap<>();

  private final Inventory inventory;
  private final Optional<Path> folder;
  private final Map<String, State> states = new HashMap<>();

  /// What is leased of one card.
  private static final class State {
    final List<Entry> held = new ArrayList<>();
    @Nullable LeaseFolder files;
  }

  MemoryLeases(Inventory inventory, Optional<Path> folder) {
    this.inventory = inventory;
    this.folder = folder;
  }

  /// Leases of this process alone.
  public static MemoryLeases ofThisProcess(Inventory inventory) {
    return new MemoryLeases(inventory, Optional.empty());
  }

  /// Leases of all processes of this host that name this folder.
  public static MemoryLeases sharing(Path folder) {
    Path place = folder.toAbsolutePath().normalize();
    synchronized (SHARED) {
      return SHARED.computeIfAbsent(
          place, path -> new MemoryLeases(Inventory.host(), Optional.of(path)));
    }
  }

  /// Asks for memory, as the driver sees it now.
  ///
  /// @param holder who asks, for others to read: a study, a file
  public synchronized Leasing acquire(Device device, Demand demand, String holder) {
    return switch (device) {
      case Device.Cpu cpu -> new Leasing.Granted(new Lease(cpu, demand.most(), () -> {}));
      case Device.Cuda cuda -> {
        Seen seen = inventory.look();
        Optional<Gpu> gpu = seen.find(cuda);
        yield gpu.isEmpty()
            ? new Leasing.Refused("%s is gone; there is %s".formatted(cuda, seen.inWords()))
            : acquire(gpu.get(), demand, Shown.of(holder.isEmpty() ? "unnamed" : holder, 90));
      }
    };
  }

  private Leasing acquire(Gpu gpu, Demand demand, String holder) {
    State state = states.computeIfAbsent(gpu.uuid(), _ -> new State());
    if (folder.isEmpty()) {
      return decide(gpu, state, state.held, demand, holder);
    }
    try {
      LeaseFolder files = files(state, gpu);
      try (FileChannel _ = files.guard()) {
        List<Entry> all = new ArrayList<>(state.held);
        all.addAll(files.others());
        return decide(gpu, state, all, demand, holder);
      }
    } catch (IOException e) {
      return new Leasing.Refused(
          "cannot share %s with other processes: %s".formatted(gpu.device(), FileFault.inWords(e)));
    }
  }

  private LeaseFolder files(State state, Gpu gpu) throws IOException {
    if (state.files == null) {
      String name = gpu.uuid().replaceAll("[^A-Za-z0-9-]", "_");
      state.files = new LeaseFolder(folder.orElseThrow().resolve(name));
    }
    return state.files;
  }

  private Leasing decide(Gpu gpu, State state, List<Entry> all, Demand demand, String holder) {
    long leased = 0;
    long unleased = 0;
    for (Entry held : all) {
      leased = Math.addExact(leased, held.bytes());
      unleased = Math.max(unleased, held.unleased());
    }
    unleased = Math.max(unleased, gpu.totalBytes() - gpu.freeBytes() - leased);
    long room = Math.min(gpu.freeBytes(), gpu.totalBytes() - leased - unleased) - RESERVE;
    if (demand.least() > room) {
      return new Leasing.Refused(refusal(gpu, all, demand.least(), Math.max(0, room)));
    }
    long bytes = Math.min(demand.most(), room);
    try {
      return grant(gpu, state, new Entry(bytes, unleased, holder));
    } catch (IOException e) {
      return new Leasing.Refused("cannot note the lease: " + FileFault.inWords(e));
    }
  }

  private Leasing grant(Gpu gpu, State state, Entry entry) throws IOException {
    LeaseFolder files = state.files;
    Optional<Path> file = files == null ? Optional.empty() : Optional.of(files.add(entry));
    state.held.add(entry);
    return new Leasing.Granted(
        new Lease(gpu.device(), entry.bytes(), () -> release(state, entry, file)));
  }

  private synchronized void release(State state, Entry held, Optional<Path> file) {
    state.held.remove(held); // of equal ones it does not matter which
    LeaseFolder files = state.files;
    if (files != null) {
      file.ifPresent(files::remove);
    }
  }

  private static String refusal(Gpu gpu, List<Entry> all, long bytes, long room) {
    String holders =
        all.isEmpty()
            ? "none of it is leased, others use it"
            : String.join(
                ", ",
                all.stream()
                    .limit(8)
                    .map(held -> "%s by %s".formatted(mebibytes(held.bytes()), held.holder()))
                    .toList());
    return "%s has %s to give, of %s, and %s are needed (held: %s)"
        .formatted(
            gpu.device(), mebibytes(room), mebibytes(gpu.totalBytes()), mebibytes(bytes), holders);
  }

  private static String mebibytes(long bytes) {
    return "%,d MiB".formatted((bytes + (1 << 20) - 1) >> 20);
  }
}
