package dev.caisson.runtime.device;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which GPUs CUDA shows to this process, and by which ordinal: `CUDA_VISIBLE_DEVICES` hides and
/// reorders them, and the driver's own numbers know nothing of it.
///
/// An entry is an index, a GPU's UUID or its beginning, or `MIG-...`. CUDA ignores the list from
/// the first entry on that it does not understand (CUDA Programming Guide, "Environment
/// Variables"); so does this, and says so. Indices are in the order of the PCI bus where
/// `CUDA_DEVICE_ORDER` says so, as the launcher sees to; CUDA's own order is the fastest first,
/// which nobody else can tell, so that of several GPUs none counts as visible then.
public final class Visible {
  public static final String VARIABLE = "CUDA_VISIBLE_DEVICES";
  public static final String ORDER = "CUDA_DEVICE_ORDER";

  private static final String PCI_BUS_ID = "PCI_BUS_ID";
  private static final Pattern INDEX = Pattern.compile("[0-9]{1,4}");
  private static final int MOST_ENTRIES = 256;

  private final List<Device.Cuda> order;
  private final Optional<String> remark;

  private Visible(List<Device.Cuda> order, Optional<String> remark) {
    this.order = List.copyOf(order);
    this.remark = remark;
  }

  /// @param environment where `CUDA_VISIBLE_DEVICES` is not set, nothing is hidden
  static Visible of(Map<String, String> environment, List<Gpu> gpus) {
    List<Device.Cuda> all = gpus.stream().map(Gpu::device).toList();
    String setting = environment.get(VARIABLE);
    boolean byIndex =
        setting == null
            || Stream.of(setting.split(",", -1)).anyMatch(e -> INDEX.matcher(e.strip()).matches());
    if (byIndex && gpus.size() > 1 && !PCI_BUS_ID.equals(environment.get(ORDER))) {
      return new Visible(
          List.of(),
          Optional.of(
              "%s is not %s, so that CUDA's numbers of several GPUs are not known: set it, or name GPUs by UUID in %s"
                  .formatted(ORDER, PCI_BUS_ID, VARIABLE)));
    }
    if (setting == null) {
      return new Visible(all, Optional.empty());
    }
    if (setting.isBlank()) {
      return new Visible(
          List.of(), Optional.of("%s is empty and hides all GPUs".formatted(VARIABLE)));
    }
    List<Device.Cuda> order = new ArrayList<>();
    Set<Device.Cuda> named = new HashSet<>();
    for (String entry : setting.split(",", MOST_ENTRIES)) {
      Optional<Device.Cuda> device = find(entry.strip(), gpus);
      if (device.isEmpty()) {
        return new Visible(
            order,
            Optional.of(
                "%s: '%s' names no GPU here, and CUDA ignores it and all after it"
                    .formatted(VARIABLE, Shown.of(entry.strip(), 60))));
      }
      if (!named.add(device.get())) {
        return new Visible(
            List.of(),
            Optional.of("%s names %s twice, so CUDA shows none".formatted(VARIABLE, device.get())));
      }
      order.add(device.get());
    }
    return new Visible(
        order,
        order.equals(all)
            ? Optional.empty()
            : Optional.of(
                "%s=%s hides or reorders GPUs".formatted(VARIABLE, Shown.of(setting, 120))));
  }

  private static Optional<Device.Cuda> find(String entry, List<Gpu> gpus) {
    List<Gpu> matching;
    if (INDEX.matcher(entry).matches()) {
      int index = Integer.parseInt(entry);
      matching = gpus.stream().filter(gpu -> gpu.device().index() == index).toList();
    } else if (entry.startsWith("GPU-")) {
      matching = gpus.stream().filter(gpu -> gpu.uuid().startsWith(entry)).toList();
    } else if (entry.startsWith("MIG-") && gpus.size() == 1) {
      matching = gpus.stream().filter(Gpu::mig).toList(); // one card: the instance is on it
    } else {
      matching = List.of();
    }
    return matching.size() == 1 ? Optional.of(matching.getFirst().device()) : Optional.empty();
  }

  /// The number by which CUDA, and so an engine, knows this GPU; empty where it is hidden.
  public OptionalInt ordinal(Device.Cuda device) {
    int at = order.indexOf(device);
    return at < 0 ? OptionalInt.empty() : OptionalInt.of(at);
  }

  /// What a person should know of the setting, where it changes anything.
  public Optional<String> remark() {
    return remark;
  }
}
