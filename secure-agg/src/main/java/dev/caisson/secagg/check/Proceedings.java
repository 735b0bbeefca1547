package dev.caisson.secagg.check;

import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.Suite;
import dev.caisson.secagg.graph.Topology;
import dev.caisson.secagg.message.Limits;
import dev.caisson.secagg.message.SharesStatement;
import dev.caisson.secagg.message.Signed;
import dev.caisson.secagg.message.SurvivorList;
import dev.caisson.secagg.message.Transcript;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// What was said in a round up to D3, as one site saw and checked it: nothing of it is secret. U2
/// and U3 in member order.
public record Proceedings(
    RoundManifest manifest, Digest d1, List<Signed<SharesStatement>> u2, SurvivorList u3) {
  /// The largest encoding.
  public static final int MAX_BYTES =
      RoundManifest.MAX_BYTES + Suite.MAX_COHORT * (Limits.CONSENT + 8) + Limits.SURVIVOR_LIST;

  private static final String DOMAIN = Suite.DOMAIN + "check/proceedings";
  private static final String SPARSE = "sums over a sparse graph are not checked";

  public Proceedings {
    if (!(manifest.topology() instanceof Topology.Complete)) {
      throw new IllegalArgumentException(SPARSE);
    }
    u2 = List.copyOf(u2);
  }

  public Digest d2() {
    return Transcript.d2(d1, u2);
  }

  public Digest d3() {
    return Transcript.d3(d2(), u3);
  }

  /// U2's member numbers.
  List<Integer> members() {
    return u2.stream().map(dealer -> dealer.statement().origin().sender()).toList();
  }

  /// U2 without U3.
  List<Integer> lost() {
    return members().stream().filter(member -> !u3.members().contains(member)).toList();
  }

  public byte[] encoded() {
    FieldWriter out =
        new FieldWriter(DOMAIN).bytes(manifest.encoded()).digest(d1).number(u2.size());
    u2.forEach(statement -> out.bytes(statement.encoded()));
    return out.bytes(u3.encoded()).toBytes();
  }

  /// Says nothing about signatures, nor whether the lists fit together: whoever knows D3 compares.
  public static Proceedings decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    RoundManifest manifest = RoundManifest.decode(in.bytes(RoundManifest.MAX_BYTES));
    if (!(manifest.topology() instanceof Topology.Complete)) {
      throw new MalformedException(SPARSE);
    }
    Digest d1 = in.digest();
    int size = in.number(0, Suite.MAX_COHORT);
    List<Signed<SharesStatement>> u2 = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      u2.add(Signed.decode(in.bytes(Limits.CONSENT), SharesStatement::decode));
    }
    SurvivorList u3 = SurvivorList.decode(in.bytes(Limits.SURVIVOR_LIST));
    in.end();
    return new Proceedings(manifest, d1, u2, u3);
  }
}
