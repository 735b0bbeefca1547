package dev.caisson.cli.confine;

import static dev.caisson.cli.confine.NativeCall.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Root's powers, given up. Several of them go round a file system's rules: `CAP_PERFMON` reads
/// other processes' environments from Linux 6.15 on, `CAP_BPF` and `CAP_SYS_MODULE` reach all
/// memory. See `capabilities(7)`.
final class Capabilities {
  private static final int VERSION_3 = 0x20080522;

  /// Kept, if held: it passes over mode bits only, and without it root could not read its own jars
  /// in another user's home. Landlock's rules hold all the same.
  private static final int DAC_OVERRIDE = 1 << 1;

  private static final int INTS = 6; // two times effective, permitted, inheritable
  private static final int EFFECTIVE = 0;
  private static final int PERMITTED = 1;

  private Capabilities() {}

  /// Drops every capability of this thread but `CAP_DAC_OVERRIDE`. Programs that it becomes cannot
  /// win them back once it has given up new privileges.
  static void drop() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocateFrom(ValueLayout.JAVA_INT, VERSION_3, 0);
      MemorySegment now = arena.allocate(ValueLayout.JAVA_INT, INTS);
      syscall(NativeCall.CAPGET, header.address(), now.address(), 0, 0, 0)
          .orThrow("cannot read our capabilities");
      int kept = now.getAtIndex(ValueLayout.JAVA_INT, PERMITTED) & DAC_OVERRIDE;
      MemorySegment left = arena.allocate(ValueLayout.JAVA_INT, INTS);
      left.setAtIndex(ValueLayout.JAVA_INT, EFFECTIVE, kept);
      left.setAtIndex(ValueLayout.JAVA_INT, PERMITTED, kept);
      syscall(NativeCall.CAPSET, header.address(), left.address(), 0, 0, 0)
          .orThrow("cannot give up capabilities");
    }
  }
}
