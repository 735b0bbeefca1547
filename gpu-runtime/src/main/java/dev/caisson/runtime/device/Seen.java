package dev.caisson.runtime.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What was found when the host was asked for its GPUs.
public sealed interface Seen {
  /// There is no NVIDIA driver that can be asked, for this reason.
  record NoDriver(String reason) implements Seen {
    public NoDriver {
      reason = Shown.of(reason, 400);
    }
  }

  /// A driver answers.
  ///
  /// @param version empty where it gave none
  /// @param cuda the newest CUDA that the driver can serve
  /// @param gpus in order of their numbers; none where the driver has no GPU
  /// @param lost those that it counts and then could not describe
  record Driver(Optional<Version> version, Optional<Version> cuda, List<Gpu> gpus, List<Lost> lost)
      implements Seen {
    public Driver {
      gpus = List.copyOf(gpus);
      lost = List.copyOf(lost);
    }
  }

  /// A GPU that the driver counts and cannot describe: it fell off the bus, say.
  record Lost(Device.Cuda device, String reason) {
    public Lost {
      reason = Shown.of(reason, 400);
    }
  }

  default List<Gpu> found() {
    return switch (this) {
      case NoDriver _ -> List.of();
      case Driver driver -> driver.gpus();
    };
  }

  /// The GPU of this number, if it is there and answers.
  default Optional<Gpu> find(Device.Cuda device) {
    return found().stream().filter(gpu -> gpu.device().equals(device)).findFirst();
  }

  /// What there is, in a few words: `no GPU: ...` or `cuda:0 (NVIDIA H100)`.
  default String inWords() {
    return switch (this) {
      case NoDriver(String reason) -> "no GPU: " + reason;
      case Driver(_, _, List<Gpu> gpus, List<Lost> lost) -> {
        List<String> words =
            new ArrayList<>(
                gpus.stream().map(gpu -> gpu.device() + " (" + gpu.name() + ")").toList());
        lost.forEach(one -> words.add(one.device() + " (lost: " + one.reason() + ")"));
        yield words.isEmpty() ? "no GPU: the NVIDIA driver has none" : String.join(", ", words);
      }
    };
  }
}
