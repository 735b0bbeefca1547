package dev.caisson.secagg.message;

import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.PrimeField;
import dev.caisson.secagg.sharing.Share;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.FieldWriter;
import dev.caisson.trust.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Step 5, from a site: its share of b_v for every v of U3, in order, and for every v of U2 without
/// U3, in order, its share of k_v and the pair seed s_uv. Never both for one v.
public record AnswerStatement(Origin origin, List<Share> selfShares, List<Recovery> recoveries)
    implements Statement {
  static final String DOMAIN = PREFIX + "answer";

  /// What recovers one member that fell silent before it uploaded.
  public record Recovery(Share rootShare, Secret pairSeed) {}

  public AnswerStatement {
    selfShares = List.copyOf(selfShares);
    recoveries = List.copyOf(recoveries);
  }

  @Override
  public byte[] encoded() {
    FieldWriter out = origin.open(DOMAIN).number(selfShares.size());
    for (Share share : selfShares) {
      write(out, share.encoded());
    }
    out.number(recoveries.size());
    for (Recovery recovery : recoveries) {
      write(out, recovery.rootShare.encoded());
      write(out, recovery.pairSeed.bytes());
    }
    return out.toBytes();
  }

  private static void write(FieldWriter out, byte[] secret) {
    out.bytes(secret);
    Arrays.fill(secret, (byte) 0);
  }

  public static AnswerStatement decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    Origin origin = Origin.read(in);
    int selves = Limits.members(in);
    List<Share> selfShares = new ArrayList<>(selves);
    for (int i = 0; i < selves; i++) {
      selfShares.add(share(in));
    }
    int lost = Limits.members(in);
    List<Recovery> recoveries = new ArrayList<>(lost);
    for (int i = 0; i < lost; i++) {
      recoveries.add(new Recovery(share(in), Secret.taking(in.exactly(Secret.BYTES))));
    }
    in.end();
    return new AnswerStatement(origin, selfShares, recoveries);
  }

  private static Share share(FieldReader in) throws MalformedException {
    return Share.decode(
        in.exactly(Limits.SHARE), Limits.SHARE / Long.BYTES, PrimeField.MERSENNE_61);
  }
}
