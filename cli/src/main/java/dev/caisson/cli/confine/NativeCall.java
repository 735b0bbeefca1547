package dev.caisson.cli.confine;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/// The few system calls that confinement needs, through libc's `syscall(2)`, on Linux. Every
/// argument is a 64-bit word: a number, a file descriptor or an address.
final class NativeCall {
  // The same numbers on x86-64 and AArch64, except where both are given.
  static final long PRCTL = isArm() ? 167 : 157;
  static final long OPENAT = isArm() ? 56 : 257;
  static final long CAPGET = isArm() ? 90 : 125;
  static final long CAPSET = isArm() ? 91 : 126;
  static final long CLOSE = isArm() ? 57 : 3;
  static final long CLOSE_RANGE = 436;
  static final long LANDLOCK_CREATE_RULESET = 444;
  static final long LANDLOCK_ADD_RULE = 445;
  static final long LANDLOCK_RESTRICT_SELF = 446;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          symbol("syscall"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SETENV =
      LINKER.downcallHandle(
          symbol("setenv"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle EXECV =
      LINKER.downcallHandle(
          symbol("execv"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          symbol("strerror"), FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

  private NativeCall() {}

  /// What a system call returned: a result of at least 0, or the error number.
  record Result(long value, int errno) {
    boolean failed() {
      return value < 0;
    }

    /// The value, or an exception that says what could not be done and the system's reason.
    long orThrow(String what) throws IOException {
      if (failed()) {
        throw new IOException("%s: %s".formatted(what, strerror(errno)));
      }
      return value;
    }
  }

  static Result syscall(long number, long a, long b, long c, long d, long e) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = arena.allocate(CAPTURED);
      long value = (long) SYSCALL.invokeExact(captured, number, a, b, c, d, e);
      return new Result(value, (int) ERRNO.get(captured, 0L));
    } catch (Throwable t) {
      throw thrownByDowncall(t);
    }
  }

  /// Sets a variable in the environment that the next program inherits. Java's own copy is
  /// unchanged.
  static void setenv(String name, String value) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored =
          (int) SETENV.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
      if (ignored != 0) {
        throw new IllegalStateException("cannot set the variable " + name);
      }
    } catch (Throwable t) {
      throw thrownByDowncall(t);
    }
  }

  /// Replaces this process by a program; returns only by the exception that says why it could not.
  static IOException execv(String program, byte[][] arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vector = arena.allocate(ValueLayout.ADDRESS, arguments.length + 1L);
      for (int i = 0; i < arguments.length; i++) {
        MemorySegment argument = arena.allocate(arguments[i].length + 1L);
        MemorySegment.copy(
            arguments[i], 0, argument, ValueLayout.JAVA_BYTE, 0, arguments[i].length);
        vector.setAtIndex(ValueLayout.ADDRESS, i, argument);
      }
      MemorySegment captured = arena.allocate(CAPTURED);
      int ignored = (int) EXECV.invokeExact(captured, arena.allocateFrom(program), vector);
      int errno = (int) ERRNO.get(captured, 0L);
      return new IOException(
          "cannot start %s anew (%d): %s".formatted(program, ignored, strerror(errno)));
    } catch (Throwable t) {
      throw thrownByDowncall(t);
    }
  }

  static String strerror(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0, StandardCharsets.UTF_8);
    } catch (Throwable t) {
      throw thrownByDowncall(t);
    }
  }

  private static boolean isArm() {
    return System.getProperty("os.arch").equals("aarch64");
  }

  private static MemorySegment symbol(String name) {
    return LINKER.defaultLookup().findOrThrow(name);
  }

  private static RuntimeException thrownByDowncall(Throwable t) {
    if (t instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a call of libc throws nothing of its own", t);
  }
}
