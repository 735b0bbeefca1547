package dev.caisson.secagg.sharing;

import java.nio.LongBuffer;
import java.security.SecureRandom;

/// A source that gives these numbers, and fails when asked for more. For tests.
final class ScriptedRandom extends SecureRandom {
  private static final long serialVersionUID = 1;

  private final transient LongBuffer script;

  ScriptedRandom(long... script) {
    super(null, null);
    this.script = LongBuffer.wrap(script);
  }

  @Override
  public long nextLong() {
    return script.get();
  }

  @Override
  public void nextBytes(byte[] out) {
    throw new UnsupportedOperationException("numbers are scripted, bytes are not");
  }
}
