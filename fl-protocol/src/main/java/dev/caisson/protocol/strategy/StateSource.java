package dev.caisson.protocol.strategy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/// A state, vector after vector, read in any order. An entry that is not finite is an
/// [ArithmeticException] of whoever reads it.
@FunctionalInterface
public interface StateSource {
  /// Puts `size` numbers, from the number `first` of the whole state on, at the front of `into`.
  void read(long first, float[] into, int size) throws IOException;

  /// A state in memory.
  static StateSource of(float[] state) {
    return (first, into, size) -> System.arraycopy(state, Math.toIntExact(first), into, 0, size);
  }

  /// A file of little-endian 32-bit floats; stays its opener's.
  static StateSource of(FileChannel file) {
    return (first, into, size) -> {
      ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (long at = first * Float.BYTES; bytes.hasRemaining(); ) {
        int read = file.read(bytes, at);
        if (read < 0) {
          throw new EOFException("a state ends after %d bytes".formatted(at));
        }
        at += read;
      }
      bytes.flip().asFloatBuffer().get(into, 0, size);
    };
  }
}
