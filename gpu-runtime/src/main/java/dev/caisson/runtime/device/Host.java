package dev.caisson.runtime.device;

import java.util.Map;
import java.util.Optional;

/// All that is known of a host at one moment: its GPUs, those that CUDA shows, and the natives.
public record Host(Seen seen, Natives natives, Visible visible) {
  private static final String ALL_CPU = "natives for the processor";

  /// Asks now.
  public static Host look(Inventory inventory, Map<String, String> environment) {
    return look(inventory, environment, Natives.find(environment));
  }

  /// The same where the natives are known.
  static Host look(Inventory inventory, Map<String, String> environment, Natives natives) {
    Seen seen = inventory.look();
    return new Host(seen, natives, Visible.of(environment, seen.found()));
  }

  /// Whether an engine can compute on a device of this host.
  public Fitness fitness(EngineKind engine, Device device) {
    return switch (device) {
      case Device.Cpu() -> new Fitness.Runs(ALL_CPU);
      case Device.Cuda cuda -> fitness(engine, cuda);
    };
  }

  private Fitness fitness(EngineKind engine, Device.Cuda device) {
    Optional<Gpu> gpu = seen.find(device);
    if (gpu.isEmpty()) {
      return new Fitness.CannotRun(
          "%s is not there; there is %s".formatted(device, seen.inWords()));
    }
    if (visible.ordinal(device).isEmpty()) {
      return new Fitness.CannotRun(
          "hidden from CUDA: " + visible.remark().orElse(Visible.VARIABLE));
    }
    if (gpu.get().mig() && seen.found().size() > 1) {
      return new Fitness.CannotRun(
          "split into MIG instances, beside other GPUs: which instance would compute cannot be said");
    }
    return EngineFitness.of(engine, gpu.get(), driver(), natives);
  }

  private Optional<Version> driver() {
    return switch (seen) {
      case Seen.NoDriver _ -> Optional.empty();
      case Seen.Driver driver -> driver.version();
    };
  }
}
