package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldWriter;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The running digests of a round. Each covers the one before, so whoever holds D3 has seen the
/// same manifest, keys, dealings and uploads as everybody else who holds it.
public final class Transcript {
  private Transcript() {}

  /// H(manifest, U1).
  public static Digest d1(Digest manifest, KeyList u1) {
    FieldWriter out = new FieldWriter(Suite.DOMAIN + "d1").digest(manifest);
    out.number(u1.members().size());
    for (Signed<KeysStatement> member : u1.members()) {
      out.number(member.statement().origin().sender()).digest(member.digest());
    }
    return out.toDigest();
  }

  /// H(D1, U2).
  public static Digest d2(Digest d1, List<Signed<SharesStatement>> u2) {
    SortedMap<Integer, Digest> statements = new TreeMap<>();
    u2.forEach(member -> statements.put(member.statement().origin().sender(), member.digest()));
    return d2(d1, statements);
  }

  /// The same where the digest of each member's statement is known.
  public static Digest d2(Digest d1, SortedMap<Integer, Digest> u2) {
    FieldWriter out = new FieldWriter(Suite.DOMAIN + "d2").digest(d1).number(u2.size());
    u2.forEach((member, statement) -> out.number(member).digest(statement));
    return out.toDigest();
  }

  /// H(D2, U3).
  public static Digest d3(Digest d2, SurvivorList u3) {
    return new FieldWriter(Suite.DOMAIN + "d3").digest(d2).bytes(u3.encoded()).toDigest();
  }
}
