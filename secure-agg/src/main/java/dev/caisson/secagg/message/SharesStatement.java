package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.secagg.secret.Secret;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.Arrays;

/// Step 2, from a site: the commitment to its self-mask seed, and the root over its share leaves
/// (one for each member of U1, in order).
public record SharesStatement(Origin origin, Digest selfMask, Digest root) implements Statement {
  static final String DOMAIN = PREFIX + "shares";

  /// H(b_u) of member `dealer`.
  public static Digest commitment(Secret selfMaskSeed, Digest d1, int dealer) {
    byte[] bytes = selfMaskSeed.bytes();
    try {
      return new FieldWriter(Suite.DOMAIN + "self-mask")
          .digest(d1)
          .number(dealer)
          .bytes(bytes)
          .toDigest();
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public byte[] encoded() {
    return origin.open(DOMAIN).digest(selfMask).digest(root).toBytes();
  }

  public static SharesStatement decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static SharesStatement decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    SharesStatement statement =
        new SharesStatement(Origin.read(cohort, in), in.digest(), in.digest());
    in.end();
    return statement;
  }
}
