package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// U1, to every member: the keys of each, in member order.
public record KeyList(List<Signed<KeysStatement>> members) implements Message {
  private static final String DOMAIN = Suite.DOMAIN + "key-list";

  public KeyList {
    members = List.copyOf(members);
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = new FieldWriter(DOMAIN).number(members.size());
    members.forEach(member -> out.bytes(member.encoded()));
    return out.toBytes();
  }

  public static KeyList decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static KeyList decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    int size = Limits.members(cohort, in);
    List<Signed<KeysStatement>> members = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      members.add(
          Signed.decodeWithin(cohort, in.bytes(Limits.keys(cohort)), KeysStatement::decodeWithin));
    }
    in.end();
    return new KeyList(members);
  }
}
