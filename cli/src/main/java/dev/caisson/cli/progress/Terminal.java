package dev.caisson.cli.progress;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalInt;

/// Asks the system how wide the terminal on stderr is; Java itself only knows of stdin and stdout.
/// See `ioctl_tty(2)`.
final class Terminal {
  private static final int STDERR = 2;
  private static final long TIOCGWINSZ =
      System.getProperty("os.name").startsWith("Mac") ? 0x40087468L : 0x5413L;
  private static final int DEFAULT_COLUMNS = 80;

  private Terminal() {}

  /// The columns of the terminal on stderr now; empty if stderr is no terminal or one that cannot
  /// redraw a line (`TERM=dumb`).
  static OptionalInt columns() {
    String kind = System.getenv("TERM");
    if (kind == null || kind.equals("dumb")) {
      return OptionalInt.empty();
    }
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> ioctl = linker.defaultLookup().find("ioctl");
    if (ioctl.isEmpty()) {
      return OptionalInt.empty();
    }
    MethodHandle call =
        linker.downcallHandle(
            ioctl.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size =
          arena.allocate(ValueLayout.JAVA_SHORT, 4); // rows, columns, pixels, pixels
      int result = (int) call.invokeExact(STDERR, TIOCGWINSZ, size);
      if (result != 0) {
        return OptionalInt.empty();
      }
      int columns = Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1));
      return OptionalInt.of(columns == 0 ? DEFAULT_COLUMNS : columns);
    } catch (Throwable e) {
      throw new IllegalStateException("a downcall to ioctl throws nothing of its own", e);
    }
  }
}
