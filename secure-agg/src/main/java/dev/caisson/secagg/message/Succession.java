package dev.caisson.secagg.message;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;

/// Where a round's state came from: the round whose sum gave it, and the digest of that sum's
/// content. A site that answered `previous` fetches the sum and computes the state itself.
public record Succession(RoundManifest previous, Digest sum) {
  static final int MAX_BYTES = RoundManifest.MAX_BYTES + 256;
  private static final String DOMAIN = Suite.DOMAIN + "succession";

  byte[] encoded() {
    return new FieldWriter(DOMAIN).bytes(previous.encoded()).digest(sum).toBytes();
  }

  static Succession decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    RoundManifest previous = RoundManifest.decode(in.bytes(RoundManifest.MAX_BYTES));
    Digest sum = in.digest();
    in.end();
    return new Succession(previous, sum);
  }
}
