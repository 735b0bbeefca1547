package dev.caisson.secagg.site;

import dev.caisson.secagg.message.Limits;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.PrimeField;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;

/// One dealer's two shares in their holder's hands: of its root k and of its self-mask seed b.
final class HeldShares implements AutoCloseable {
  final Share ofRoot;
  final Share ofSelfMask;

  HeldShares(Share ofRoot, Share ofSelfMask) {
    this.ofRoot = ofRoot;
    this.ofSelfMask = ofSelfMask;
  }

  /// What an envelope holds: both shares, fixed length.
  static byte[] join(Share ofRoot, Share ofSelfMask) {
    byte[] root = ofRoot.encoded();
    byte[] self = ofSelfMask.encoded();
    byte[] both = Arrays.copyOf(root, root.length + self.length);
    System.arraycopy(self, 0, both, root.length, self.length);
    Arrays.fill(root, (byte) 0);
    Arrays.fill(self, (byte) 0);
    return both;
  }

  /// Reads what [#join] wrote.
  static HeldShares split(Secret content) throws MalformedException {
    if (content.length() != 2 * Limits.SHARE) {
      throw new MalformedException("an envelope holds two shares");
    }
    byte[] both = content.bytes();
    try {
      return new HeldShares(
          share(Arrays.copyOf(both, Limits.SHARE)),
          share(Arrays.copyOfRange(both, Limits.SHARE, both.length)));
    } finally {
      Arrays.fill(both, (byte) 0);
    }
  }

  private static Share share(byte[] encoded) throws MalformedException {
    try {
      return Share.decode(encoded, Limits.SHARE / Long.BYTES, PrimeField.MERSENNE_61);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  @Override
  public void close() {
    ofRoot.close();
    ofSelfMask.close();
  }

  @Override
  public String toString() {
    return "HeldShares[redacted]";
  }
}
