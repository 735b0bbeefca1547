package dev.caisson.protocol.strategy;

import java.io.IOException;

/// Where a state goes, from its first byte to its last.
@FunctionalInterface
public interface StateSink {
  /// Takes the next bytes: little-endian 32-bit floats. The array is the sink's from here on.
  void write(byte[] piece) throws IOException;
}
