package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.MalformedException;

/// Step 3, from a site that leaves: what `accused` handed it breaks a rule. A claim, not a proof:
/// the coordinator could have bent what it relayed.
public record ComplaintStatement(Origin origin, int accused, String reason) implements Statement {
  static final String DOMAIN = PREFIX + "complaint";

  public ComplaintStatement {
    if (reason.length() > 200) {
      throw new IllegalArgumentException("a reason has at most 200 characters");
    }
  }

  @Override
  public byte[] encoded() {
    return origin.open(DOMAIN).number(accused).text(reason).toBytes();
  }

  public static ComplaintStatement decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static ComplaintStatement decodeWithin(int cohort, byte[] encoded)
      throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    Origin origin = Origin.read(cohort, in);
    int accused = Limits.member(cohort, in);
    String reason = in.text(Limits.REASON);
    in.end();
    if (reason.length() > 200) {
      throw new MalformedException("a reason has at most 200 characters");
    }
    return new ComplaintStatement(origin, accused, reason);
  }
}
