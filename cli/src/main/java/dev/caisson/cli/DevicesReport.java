package dev.caisson.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.caisson.cli.progress.TextTable;
import dev.caisson.runtime.device.Device;
import dev.caisson.runtime.device.EngineKind;
import dev.caisson.runtime.device.Fitness;
import dev.caisson.runtime.device.Gpu;
import dev.caisson.runtime.device.Host;
import dev.caisson.runtime.device.Seen;
import dev.caisson.runtime.device.Version;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;

/// A host's devices, for people and for programs. The JSON's keys are those of
/// `caisson/devices/v1`: later ones may be added, none changes.
///
/// @param threads that the processor runs at once, as this process is allowed to use it
/// @param memoryBytes of the machine or container
record DevicesReport(Host host, int threads, long memoryBytes) {
  static DevicesReport of(Host host) {
    return new DevicesReport(
        host,
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize());
  }

  void print(PrintWriter out) {
    TextTable devices =
        new TextTable("device", "memory MiB", "free MiB", "capability", "bus", "name");
    devices.row("cpu", mebibytes(memoryBytes), "-", "-", "-", threads + " threads");
    for (Gpu gpu : host.seen().found()) {
      devices.row(
          gpu.device().toString(),
          mebibytes(gpu.totalBytes()),
          mebibytes(gpu.freeBytes()),
          gpu.capability().toString(),
          gpu.busId(),
          gpu.name() + (gpu.mig() ? " (MIG)" : ""));
    }
    out.println(devices);
    out.println();
    out.println(driver());
    host.visible().remark().ifPresent(out::println);
    out.println();
    for (EngineKind engine : EngineKind.values()) {
      line(out, Device.cpu(), engine);
    }
    for (Gpu gpu : host.seen().found()) {
      for (EngineKind engine : EngineKind.values()) {
        line(out, gpu.device(), engine);
      }
    }
  }

  private void line(PrintWriter out, Device device, EngineKind engine) {
    out.printf(
        "%-8s %-12s %s%n",
        device,
        engine.label(),
        switch (host.fitness(engine, device)) {
          case Fitness.Runs(String natives) -> "runs (%s)".formatted(natives);
          case Fitness.CannotRun(String reason) -> "cannot run: " + reason;
        });
  }

  private String driver() {
    return switch (host.seen()) {
      case Seen.NoDriver(String reason) -> reason;
      case Seen.Driver driver -> {
        StringBuilder words = new StringBuilder("NVIDIA driver ");
        words.append(driver.version().map(Version::text).orElse("of unknown version"));
        driver.cuda().ifPresent(cuda -> words.append(", CUDA up to ").append(cuda));
        if (driver.gpus().isEmpty() && driver.lost().isEmpty()) {
          words.append(", without a GPU");
        }
        driver
            .lost()
            .forEach(
                one ->
                    words
                        .append(System.lineSeparator())
                        .append("%s is lost: %s".formatted(one.device(), one.reason())));
        yield words.toString();
      }
    };
  }

  ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schema", "caisson/devices/v1");
    ArrayNode devices = root.putArray("devices");
    ObjectNode cpu = devices.addObject().put("device", "cpu");
    cpu.put("threads", threads).put("memoryBytes", memoryBytes);
    cpu.set("engines", engines(Device.cpu()));
    for (Gpu gpu : host.seen().found()) {
      ObjectNode node = devices.addObject().put("device", gpu.device().toString());
      node.put("name", gpu.name()).put("uuid", gpu.uuid()).put("busId", gpu.busId());
      node.put("memoryBytes", gpu.totalBytes()).put("freeBytes", gpu.freeBytes());
      node.put("computeCapability", gpu.capability().toString()).put("mig", gpu.mig());
      host.visible().ordinal(gpu.device()).ifPresent(at -> node.put("cudaOrdinal", at));
      node.set("engines", engines(gpu.device()));
    }
    ObjectNode driver = root.putObject("driver");
    ArrayNode lost = root.putArray("lost");
    switch (host.seen()) {
      case Seen.NoDriver(String reason) -> driver.put("found", false).put("reason", reason);
      case Seen.Driver found -> {
        driver.put("found", true);
        found.version().ifPresent(version -> driver.put("version", version.text()));
        found.cuda().ifPresent(cuda -> driver.put("cuda", cuda.text()));
        found
            .lost()
            .forEach(
                one ->
                    lost.addObject()
                        .put("device", one.device().toString())
                        .put("reason", one.reason()));
      }
    }
    host.visible().remark().ifPresent(remark -> root.put("visible", remark));
    return root;
  }

  private ObjectNode engines(Device device) {
    ObjectNode engines = JsonNodeFactory.instance.objectNode();
    for (EngineKind engine : EngineKind.values()) {
      ObjectNode node = engines.putObject(engine.label());
      switch (host.fitness(engine, device)) {
        case Fitness.Runs(String natives) -> node.put("runs", true).put("natives", natives);
        case Fitness.CannotRun(String reason) -> node.put("runs", false).put("reason", reason);
      }
    }
    return engines;
  }

  private static String mebibytes(long bytes) {
    return "%,d".formatted(bytes >> 20);
  }
}
