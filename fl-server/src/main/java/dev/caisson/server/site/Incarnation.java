package dev.caisson.server.site;

import java.nio.ByteBuffer;
import java.util.Optional;

/// One process of a site: 16 random bytes that it drew when it began. Tells a connection made again
/// from a process started again. Proves nothing: whoever holds a site's TLS key may name any.
public record Incarnation(long high, long low) {
  public static final int BYTES = 16;

  /// Empty unless there are exactly 16 bytes.
  public static Optional<Incarnation> of(byte[] bytes) {
    if (bytes.length != BYTES) {
      return Optional.empty();
    }
    ByteBuffer both = ByteBuffer.wrap(bytes);
    return Optional.of(new Incarnation(both.getLong(), both.getLong()));
  }

  @Override
  public String toString() {
    return "%016x".formatted(high).substring(0, 8); // enough to tell two apart in a log
  }
}
