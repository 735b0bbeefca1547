package dev.caisson.secagg.message;

import dev.caisson.secagg.agreement.PublicKeys;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;

/// Step 1, from a site: its public keys for this round. The two sets are independent.
public record KeysStatement(Origin origin, PublicKeys mask, PublicKeys transport)
    implements Statement {
  static final String DOMAIN = PREFIX + "keys";

  @Override
  public byte[] encoded() {
    FieldWriter out = origin.open(DOMAIN);
    mask.write(out);
    transport.write(out);
    return out.toBytes();
  }

  public static KeysStatement decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    KeysStatement statement =
        new KeysStatement(Origin.read(in), PublicKeys.read(in), PublicKeys.read(in));
    in.end();
    return statement;
  }
}
