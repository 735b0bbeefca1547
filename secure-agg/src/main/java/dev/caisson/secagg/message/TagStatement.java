package dev.caisson.secagg.message;

import dev.caisson.secagg.Suite;
import dev.caisson.secagg.sharing.PrimeField;
import dev.caisson.trust.Digest;
import dev.caisson.trust.FieldReader;
import dev.caisson.trust.MalformedException;

/// Step 7, from a member of U3: the inner products of its own upload with the two vectors that an
/// opening's challenge gives, modulo 2^61 - 1. Names the opening, so that it says nothing about any
/// other.
public record TagStatement(Origin origin, Digest opening, long first, long second)
    implements Statement {
  static final String DOMAIN = PREFIX + "tag";

  public TagStatement {
    if (!isInField(first) || !isInField(second)) {
      throw new IllegalArgumentException("a tag is two numbers below 2^61 - 1");
    }
  }

  private static boolean isInField(long value) {
    return value >= 0 && value < PrimeField.MERSENNE_61.modulus();
  }

  @Override
  public byte[] encoded() {
    return origin.open(DOMAIN).digest(opening).number(first).number(second).toBytes();
  }

  public static TagStatement decode(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader(DOMAIN, encoded);
    Origin origin = Origin.read(Suite.MAX_COHORT, in);
    Digest opening = in.digest();
    long first = in.number();
    long second = in.number();
    in.end();
    if (!isInField(first) || !isInField(second)) {
      throw new MalformedException("a tag is two numbers below 2^61 - 1");
    }
    return new TagStatement(origin, opening, first, second);
  }
}
