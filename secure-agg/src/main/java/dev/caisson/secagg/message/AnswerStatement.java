package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
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
/// U3, in order, its share of k_v and the pair seed s_uv. Never both for one v. Over a sparse graph
/// only of those v that dealt to it, and `pairSeeds` for every other neighbour v of U2 without U3,
/// in order; over a complete one there are none.
public record AnswerStatement(
    Origin origin, List<Share> selfShares, List<Recovery> recoveries, List<Secret> pairSeeds)
    implements Statement {
  static final String DOMAIN = PREFIX + "answer";
  private static final String WITH_SEEDS = PREFIX + "answer-with-seeds";

  /// What recovers one member that fell silent before it uploaded.
  public record Recovery(Share rootShare, Secret pairSeed) {}

  public AnswerStatement {
    selfShares = List.copyOf(selfShares);
    recoveries = List.copyOf(recoveries);
    pairSeeds = List.copyOf(pairSeeds);
  }

  public AnswerStatement(Origin origin, List<Share> selfShares, List<Recovery> recoveries) {
    this(origin, selfShares, recoveries, List.of());
  }

  @Override
  public byte[] encoded() {
    FieldWriter out =
        origin.open(pairSeeds.isEmpty() ? DOMAIN : WITH_SEEDS).number(selfShares.size());
    for (Share share : selfShares) {
      write(out, share.encoded());
    }
    out.number(recoveries.size());
    for (Recovery recovery : recoveries) {
      write(out, recovery.rootShare.encoded());
      write(out, recovery.pairSeed.bytes());
    }
    if (!pairSeeds.isEmpty()) {
      out.number(pairSeeds.size());
      pairSeeds.forEach(seed -> write(out, seed.bytes()));
    }
    return out.toBytes();
  }

  private static void write(FieldWriter out, byte[] secret) {
    out.bytes(secret);
    Arrays.fill(secret, (byte) 0);
  }

  public static AnswerStatement decode(byte[] encoded) throws MalformedException {
    return decodeWithin(Suite.MAX_COHORT, encoded);
  }

  /// The same where members are counted within a cohort of this many.
  public static AnswerStatement decodeWithin(int cohort, byte[] encoded) throws MalformedException {
    boolean withSeeds = FieldReader.domainOf(encoded).equals(WITH_SEEDS);
    FieldReader in = new FieldReader(withSeeds ? WITH_SEEDS : DOMAIN, encoded);
    Origin origin = Origin.read(cohort, in);
    int selves = Limits.members(cohort, in);
    List<Share> selfShares = new ArrayList<>(selves);
    for (int i = 0; i < selves; i++) {
      selfShares.add(share(in));
    }
    int lost = Limits.members(cohort, in);
    List<Recovery> recoveries = new ArrayList<>(lost);
    for (int i = 0; i < lost; i++) {
      recoveries.add(new Recovery(share(in), Secret.taking(in.exactly(Secret.BYTES))));
    }
    List<Secret> pairSeeds = new ArrayList<>();
    int seeds = withSeeds ? Limits.members(cohort, in) : 0;
    for (int i = 0; i < seeds; i++) {
      pairSeeds.add(Secret.taking(in.exactly(Secret.BYTES)));
    }
    in.end();
    return new AnswerStatement(origin, selfShares, recoveries, pairSeeds);
  }

  private static Share share(FieldReader in) throws MalformedException {
    return Share.decode(
        in.exactly(Limits.SHARE), Limits.SHARE / Long.BYTES, PrimeField.MERSENNE_61);
  }
}
