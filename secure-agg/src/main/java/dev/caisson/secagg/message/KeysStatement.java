package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.secagg.agreement.PublicKeys;
import dev.caisson.secagg.journal.Standing;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;

/// Step 1, from a site: its public keys for this round (the two sets are independent), how far
/// journals are, and how it knows the manifest's state.
public record KeysStatement(
    Origin origin, PublicKeys mask, PublicKeys transport, Standing standing, Descent descent)
    implements Statement {
  static final String DOMAIN = PREFIX + "keys";

  @Override
  public byte[] encoded() {
    FieldWriter out = origin.open(DOMAIN);
    mask.write(out);
    transport.write(out);
    standing.write(out);
    return out.text(descent.label()).toBytes();
  }

  public static KeysStatement decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static KeysStatement decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    KeysStatement statement =
        new KeysStatement(
            Origin.read(cohort, in),
            PublicKeys.read(in),
            PublicKeys.read(in),
            Standing.read(cohort, in),
            Descent.read(in));
    in.end();
    return statement;
  }
}
