package dev.caisson.secagg.attack;

import dev.caisson.secagg.SeededRandom;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A repeatable source that remembers what it gave: every draw of 32 bytes or more is a secret, in
/// its parts of 32 bytes, and so is every number, which is a coefficient of a polynomial.
final class RecordingRandom extends SecureRandom {
  private static final long serialVersionUID = 1;

  private final transient SeededRandom source;
  private final transient List<byte[]> secrets = new ArrayList<>();

  RecordingRandom(long seed) {
    super(null, null);
    this.source = new SeededRandom(seed);
  }

  @Override
  public void nextBytes(byte[] out) {
    source.nextBytes(out);
    for (int at = 0; at + 32 <= out.length; at += 32) {
      secrets.add(Arrays.copyOfRange(out, at, at + 32));
    }
  }

  /// A coefficient is its upper 61 bits, where these are below the prime.
  @Override
  public long nextLong() {
    long drawn = source.nextLong();
    secrets.add(ByteBuffer.allocate(Long.BYTES).putLong(drawn >>> 3).array());
    return drawn;
  }

  List<byte[]> secrets() {
    return secrets;
  }
}
