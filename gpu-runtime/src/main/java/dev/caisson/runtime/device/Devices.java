package dev.caisson.runtime.device;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Chooses a device for an engine and leases memory there. Threads may use it at the same time.
public final class Devices {
  private static final String CACHE = "CAISSON_CACHE";

  private final Inventory inventory;
  private final MemoryLeases leases;
  private final Map<String, String> environment;
  private final Natives natives;

  Devices(
      Inventory inventory, MemoryLeases leases, Map<String, String> environment, Natives natives) {
    this.inventory = inventory;
    this.leases = leases;
    this.environment = Map.copyOf(environment);
    this.natives = natives;
  }

  /// This host's. Leases are shared with other processes where `CAISSON_CACHE` names a folder, as
  /// the launcher sees to.
  public static Devices ofThisHost() {
    Map<String, String> environment = System.getenv();
    String cache = environment.getOrDefault(CACHE, "");
    return new Devices(
        Inventory.host(),
        cache.isEmpty()
            ? MemoryLeases.ofThisProcess(Inventory.host())
            : MemoryLeases.sharing(Path.of(cache).resolve("gpu-leases")),
        environment,
        Natives.find(environment));
  }

  /// Those that an inventory tells of, with leases of this object alone: for tests.
  public static Devices pretended(
      Inventory inventory, Map<String, String> environment, Natives natives) {
    return new Devices(inventory, MemoryLeases.ofThisProcess(inventory), environment, natives);
  }

  /// What there is now.
  public Host host() {
    return Host.look(inventory, environment, natives);
  }

  /// A device for an engine, with memory on it. Where a device is named it is that one or an error;
  /// `auto` takes the processor where no GPU serves.
  ///
  /// @param demand memory to lease if it is a GPU
  /// @param holder who asks, for others to read
  /// @throws DeviceException when the named device cannot serve; the message says why
  public Placement place(DeviceChoice choice, EngineKind engine, Demand demand, String holder)
      throws DeviceException {
    return switch (choice) {
      case DeviceChoice.Exactly(Device.Cpu cpu) -> onProcessor(cpu, "as was asked for", false);
      case DeviceChoice.Exactly(Device.Cuda cuda) -> {
        Host host = host();
        Attempt attempt = attempt(host, cuda, engine, demand, holder);
        yield switch (attempt) {
          case Attempt.Placed(Placement placement) -> placement;
          case Attempt.Not(String why) ->
              throw new DeviceException(
                  "%s cannot compute on %s: %s".formatted(engine.label(), cuda, why));
        };
      }
      case DeviceChoice.Auto() -> automatic(engine, demand, holder);
    };
  }

  private sealed interface Attempt {
    record Placed(Placement placement) implements Attempt {}

    record Not(String why) implements Attempt {}
  }

  private Placement automatic(EngineKind engine, Demand demand, String holder) {
    Host host = host();
    List<Gpu> gpus = new ArrayList<>(host.seen().found());
    gpus.sort(
        Comparator.comparingLong(Gpu::freeBytes)
            .reversed()
            .thenComparingInt(gpu -> gpu.device().index()));
    List<String> reasons = new ArrayList<>();
    for (Gpu gpu : gpus) {
      switch (attempt(host, gpu.device(), engine, demand, holder)) {
        case Attempt.Placed(Placement placement) -> {
          return placement;
        }
        case Attempt.Not(String why) -> reasons.add("%s: %s".formatted(gpu.device(), why));
      }
    }
    return onProcessor(
        Device.cpu(),
        reasons.isEmpty() ? host.seen().inWords() : String.join("; ", reasons),
        !reasons.isEmpty());
  }

  private static Placement onProcessor(Device device, String reason, boolean gpusSeen) {
    return new Placement(device, reason, gpusSeen, new Lease(device, 1, () -> {}));
  }

  private Attempt attempt(
      Host host, Device.Cuda device, EngineKind engine, Demand demand, String holder) {
    return switch (host.fitness(engine, device)) {
      case Fitness.CannotRun(String reason) -> new Attempt.Not(reason);
      case Fitness.Runs(String with) ->
          switch (leases.acquire(device, demand, holder)) {
            case Leasing.Refused(String reason) -> new Attempt.Not(reason);
            case Leasing.Granted(Lease lease) ->
                new Attempt.Placed(
                    new Placement(
                        device,
                        "%s, by %s"
                            .formatted(host.seen().find(device).map(Gpu::name).orElse(""), with),
                        true,
                        lease));
          };
    };
  }
}
