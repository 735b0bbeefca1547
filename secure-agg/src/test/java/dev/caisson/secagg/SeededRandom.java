package dev.caisson.secagg;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/// A repeatable source for tests. Anything but secure.
public final class SeededRandom extends SecureRandom {
  private static final long serialVersionUID = 1;

  private final transient SplittableRandom source;

  public SeededRandom(long seed) {
    super(null, null);
    this.source = new SplittableRandom(seed);
  }

  @Override
  public void nextBytes(byte[] out) {
    source.nextBytes(out);
  }
}
