package dev.caisson.client.round;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.aggregate.Aggregate;
import dev.caisson.secagg.check.SumReader;

/// A sum that is read while it is checked, so that it need not be fetched again to compute the next
/// state. Of use only where the check has found it right.
final class VerifiedSum implements SumReader {
  private final byte[] content;
  private int filled;

  VerifiedSum(RoundManifest manifest) {
    this.content = new byte[Math.toIntExact(Aggregate.contentBytes(manifest))];
  }

  @Override
  public void take(byte[] packed, int length) {
    System.arraycopy(packed, 0, content, filled, length);
    filled += length;
  }

  /// All of it; the caller's from here on.
  byte[] content() {
    if (filled != content.length) {
      throw new IllegalStateException("%d of %d bytes were read".formatted(filled, content.length));
    }
    return content;
  }
}
