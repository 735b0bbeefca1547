package dev.caisson.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel says of this process's memory.
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /// Resident memory now, in MiB.
  static double resident() throws IOException {
    return field("VmRSS:");
  }

  /// The most resident memory so far, in MiB.
  static double peak() throws IOException {
    return field("VmHWM:");
  }

  private static double field(String name) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.substring(name.length()).replace("kB", "").strip()) / 1024.0;
      }
    }
    throw new IOException("no %s in %s".formatted(name, STATUS));
  }
}
