package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.MalformedException;

/// Step 4, from a site: it holds the D3 in its origin, and will never sign another in this round.
public record ConsentStatement(Origin origin) implements Statement {
  static final String DOMAIN = PREFIX + "consent";

  @Override
  public byte[] encoded() {
    return origin.open(DOMAIN).toBytes();
  }

  public static ConsentStatement decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static ConsentStatement decodeWithin(int cohort, byte[] encoded)
      throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    ConsentStatement statement = new ConsentStatement(Origin.read(cohort, in));
    in.end();
    return statement;
  }
}
