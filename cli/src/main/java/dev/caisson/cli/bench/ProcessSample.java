package dev.caisson.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the kernel says of a running process, and how much of its heap is alive.
///
/// @param peakRssMiB the kernel's high-water mark so far
/// @param liveHeapMiB after a full collection; empty where this Java has no `jcmd`, or the process
///   another collector than ours
/// @param descriptors open files and sockets
record ProcessSample(
    double rssMiB, double peakRssMiB, OptionalDouble liveHeapMiB, int threads, int descriptors) {
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

  /// Collects the process's garbage first, which stops it for a moment.
  static ProcessSample of(long pid) throws IOException, InterruptedException {
    OptionalDouble heap = heap(pid); // first: it opens a socket and a thread there, for good
    Path proc = Path.of("/proc", Long.toString(pid));
    String status = Files.readString(proc.resolve("status"));
    try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
      return new ProcessSample(
          number(status, "VmRSS") / 1024.0,
          number(status, "VmHWM") / 1024.0,
          heap,
          (int) number(status, "Threads"),
          (int) open.count());
    }
  }

  private static long number(String status, String name) throws IOException {
    Matcher found = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)").matcher(status);
    if (!found.find()) {
      throw new IOException("the kernel does not say %s of the process".formatted(name));
    }
    return Long.parseLong(found.group(1));
  }

  private static OptionalDouble heap(long pid) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (!Files.isExecutable(jcmd)) {
      return OptionalDouble.empty();
    }
    jcmd(jcmd, pid, "GC.run");
    Matcher used = USED.matcher(jcmd(jcmd, pid, "GC.heap_info"));
    double kibibytes = 0;
    while (used.find()) {
      kibibytes += Long.parseLong(used.group(1));
    }
    return kibibytes == 0 ? OptionalDouble.empty() : OptionalDouble.of(kibibytes / 1024);
  }

  private static String jcmd(Path jcmd, long pid, String what)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(jcmd.toString(), "-J-Xmx64m", Long.toString(pid), what)
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return said;
    } finally {
      process.destroy();
    }
  }

  void into(ObjectNode json) {
    json.put("rssMiB", rssMiB).put("peakRssMiB", peakRssMiB);
    liveHeapMiB.ifPresent(heap -> json.put("liveHeapMiB", heap));
    json.put("threads", threads).put("descriptors", descriptors);
  }
}
