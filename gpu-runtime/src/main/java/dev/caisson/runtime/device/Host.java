package dev.caisson.runtime.device;

import java.util.Map;
import java.util.Optional;

/// All that is known of a host at one moment: its GPUs, those that CUDA shows, and the natives.
public record Host(Seen seen, Natives natives, Visible visible) {
  private static final String ALL_CPU = "natives for the processor";

  /// This host and what its environment says, now.
  public static Host ofThis() {
    return look(Inventory.host(), System.getenv());
  }

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
      case Device.Cpu cpu -> onProcessor(engine, cpu);
      case Device.Cuda cuda -> fitness(engine, cuda);
    };
  }

  private Fitness onProcessor(EngineKind engine, Device.Cpu cpu) {
    Optional<String> objection =
        switch (engine) {
          case PYTORCH ->
              natives.torch() instanceof Natives.Torch.BadHost(String reason, boolean anywhere)
                      && anywhere
                  ? Optional.of(reason)
                  : Optional.empty();
          case DL4J -> SoleDevice.objection(natives.nd4j().taken(), cpu);
          case ONNX_RUNTIME -> Optional.empty();
        };
    return objection
        .<Fitness>map(Fitness.CannotRun::new)
        .orElseGet(() -> new Fitness.Runs(ALL_CPU));
  }

  private Fitness fitness(EngineKind engine, Device.Cuda device) {
    try {
      ordinal(device);
    } catch (DeviceException e) {
      return new Fitness.CannotRun(String.valueOf(e.getMessage()));
    }
    Gpu gpu = seen.find(device).orElseThrow();
    if (gpu.mig() && seen.found().size() > 1) {
      return new Fitness.CannotRun(
          "split into MIG instances, beside other GPUs: which instance would compute cannot be said");
    }
    return EngineFitness.of(engine, gpu, driver(), natives);
  }

  /// The number by which CUDA, and so a native library, knows a GPU in this process.
  ///
  /// @throws DeviceException where it is not there or hidden; the message says which
  public int ordinal(Device.Cuda device) throws DeviceException {
    if (seen.find(device).isEmpty()) {
      throw new DeviceException("%s is not there; there is %s".formatted(device, seen.inWords()));
    }
    return visible
        .ordinal(device)
        .orElseThrow(
            () ->
                new DeviceException(
                    "hidden from CUDA: " + visible.remark().orElse(Visible.VARIABLE)));
  }

  private Optional<Version> driver() {
    return switch (seen) {
      case Seen.NoDriver _ -> Optional.empty();
      case Seen.Driver driver -> driver.version();
    };
  }
}
