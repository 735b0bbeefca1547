package dev.caisson.cli.confine;

import static dev.caisson.cli.confine.NativeCall.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// A Landlock ruleset: what may be done under which paths; all else in the file system is denied.
/// See `landlock(7)` and Documentation/userspace-api/landlock.rst of Linux.
///
/// Landlock governs opening, making, removing, linking, renaming and (from ABI 3) truncating. It
/// does not govern `stat`, `chmod`, `chown`, `utime` and `access`, nor a file that is already open.
final class Landlock implements AutoCloseable {
  // Rights of ABI 1, in the kernel's bit order.
  private static final long EXECUTE = 1L;
  private static final long WRITE_FILE = 1L << 1;
  private static final long READ_FILE = 1L << 2;
  private static final long READ_DIR = 1L << 3;
  private static final long ALL_OF_ABI_1 = (1L << 13) - 1; // also remove and make, of each kind
  private static final long REFER = 1L << 13; // ABI 2: link or rename to another directory
  private static final long TRUNCATE = 1L << 14; // ABI 3
  private static final long IOCTL_DEVICE = 1L << 15; // ABI 5

  private static final long FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE;

  // ABI 6: no signals to, and no abstract sockets of, processes outside.
  private static final long SCOPES = 0b11;

  private static final int CREATE_RULESET_VERSION = 1;
  private static final int RULE_PATH_BENEATH = 1;
  private static final int ATTRIBUTE_BYTES_ABI_1 = 8;
  private static final int ATTRIBUTE_BYTES_ABI_6 = 24;
  private static final int AT_FDCWD = -100;
  private static final int O_PATH_CLOEXEC = 0x200000 | 0x80000;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_GET_NO_NEW_PRIVS = 39;

  private final long handled;
  private final long ruleset;

  private Landlock(long handled, long ruleset) {
    this.handled = handled;
    this.ruleset = ruleset;
  }

  /// The version of the kernel's Landlock, at least 1, or the reason why there is none.
  static NativeCall.Result abi() {
    return syscall(NativeCall.LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION, 0, 0);
  }

  /// A ruleset that so far allows nothing.
  static Landlock denyAll(int abi) throws IOException {
    long handled = ALL_OF_ABI_1;
    handled |= abi >= 2 ? REFER : 0;
    handled |= abi >= 3 ? TRUNCATE : 0;
    handled |= abi >= 5 ? IOCTL_DEVICE : 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ValueLayout.JAVA_LONG, 3);
      attributes.setAtIndex(ValueLayout.JAVA_LONG, 0, handled);
      attributes.setAtIndex(ValueLayout.JAVA_LONG, 1, 0); // the network is not handled
      attributes.setAtIndex(ValueLayout.JAVA_LONG, 2, abi >= 6 ? SCOPES : 0);
      long size = abi >= 6 ? ATTRIBUTE_BYTES_ABI_6 : ATTRIBUTE_BYTES_ABI_1;
      long descriptor =
          syscall(NativeCall.LANDLOCK_CREATE_RULESET, attributes.address(), size, 0, 0, 0)
              .orThrow("cannot make a Landlock ruleset");
      return new Landlock(handled, descriptor);
    }
  }

  /// Allows reading and executing a file, or all beneath a directory.
  void allowReading(Path path) throws IOException {
    allow(path, EXECUTE | READ_FILE | READ_DIR);
  }

  /// Allows everything beneath a directory, or to a file, except device control.
  void allowWriting(Path path) throws IOException {
    allow(path, handled & ~IOCTL_DEVICE);
  }

  private void allow(Path path, long rights) throws IOException {
    long granted = Files.isDirectory(path) ? rights : rights & FILE_ONLY;
    try (Arena arena = Arena.ofConfined()) {
      long file =
          syscall(
                  NativeCall.OPENAT,
                  AT_FDCWD,
                  arena.allocateFrom(path.toString()).address(),
                  O_PATH_CLOEXEC,
                  0,
                  0)
              .orThrow("cannot open " + path);
      try {
        // struct landlock_path_beneath_attr is packed: 8 bytes of rights, 4 of descriptor
        MemorySegment rule = arena.allocate(12, 8);
        rule.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, granted & handled);
        rule.set(ValueLayout.JAVA_INT_UNALIGNED, 8, (int) file);
        syscall(NativeCall.LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, rule.address(), 0, 0)
            .orThrow("cannot add a Landlock rule for " + path);
      } finally {
        syscall(NativeCall.CLOSE, file, 0, 0, 0, 0);
      }
    }
  }

  /// Puts the calling thread, and all that it starts or becomes, under the ruleset, for good.
  void restrictThisThread() throws IOException {
    syscall(NativeCall.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        .orThrow("cannot give up new privileges");
    syscall(NativeCall.LANDLOCK_RESTRICT_SELF, ruleset, 0, 0, 0, 0)
        .orThrow("cannot enter the Landlock ruleset");
  }

  /// Whether this thread has given up new privileges, as everyone under a ruleset has.
  static boolean isWithoutNewPrivileges() {
    return syscall(NativeCall.PRCTL, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0).value() == 1;
  }

  @Override
  public void close() {
    syscall(NativeCall.CLOSE, ruleset, 0, 0, 0, 0);
  }
}
