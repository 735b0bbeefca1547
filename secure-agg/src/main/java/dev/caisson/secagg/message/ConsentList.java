package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// The consents to one D3, in member order: what a site must see before it reveals anything.
public record ConsentList(List<Signed<ConsentStatement>> members) implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "consent-list";

  public ConsentList {
    members = List.copyOf(members);
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).number(members.size());
    members.forEach(member -> out.bytes(member.encoded()));
    return out.toBytes();
  }

  public static ConsentList decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static ConsentList decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    int size = Limits.members(cohort, in);
    List<Signed<ConsentStatement>> members = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      members.add(
          Signed.decodeWithin(cohort, in.bytes(Limits.CONSENT), ConsentStatement::decodeWithin));
    }
    in.end();
    return new ConsentList(members);
  }
}
