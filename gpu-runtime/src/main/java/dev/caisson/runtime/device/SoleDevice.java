package dev.caisson.runtime.device;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one device that a library computes on for as long as the process lives: that of whoever came
/// first. Threads may use it at the same time; whoever comes while another is at [#take] waits.
public final class SoleDevice {
  /// ND4J's. It takes its backend, the processor's or CUDA's, once for a process; and what a thread
  /// of it works in lies on one card.
  public static final SoleDevice ND4J = new SoleDevice();

  private volatile @Nullable Device taken;

  SoleDevice() {}

  /// What must succeed before the device is taken.
  public interface Preparation {
    void run() throws DeviceException;
  }

  /// Takes the device, if none is taken. Of a device that is taken already nothing is prepared.
  ///
  /// @throws DeviceException where another device is taken, naming both; or of the preparation,
  ///   after which none is taken
  public synchronized void take(Device device, Preparation preparation) throws DeviceException {
    Optional<String> objection = objection(taken(), device);
    if (objection.isPresent()) {
      throw new DeviceException(objection.get());
    }
    if (taken == null) {
      preparation.run();
      taken = device;
    }
  }

  /// Which it is, once there is one.
  public Optional<Device> taken() {
    return Optional.ofNullable(taken);
  }

  /// What stands against a device where this one is taken.
  static Optional<String> objection(Optional<Device> taken, Device device) {
    return taken
        .filter(other -> !other.equals(device))
        .map(
            other ->
                "in this process the dl4j engine has computed on %s since its first study, and ND4J takes one device for a whole process, so not %s too: start this process again, or another, for %s, or use pytorch"
                    .formatted(other, device, device));
  }
}
