package dev.caisson.secagg.check;

import dev.caisson.secagg.message.TagStatement;
import dev.caisson.secagg.sharing.PrimeField;

/// Two inner products modulo 2^61 - 1: of a vector with the two that a [Challenge] gives. Tags of
/// vectors add up to the tag of their sum.
public record Tag(long first, long second) {
  static final Tag ZERO = new Tag(0, 0);

  public Tag {
    long p = PrimeField.MERSENNE_61.modulus();
    if (first < 0 || first >= p || second < 0 || second >= p) {
      throw new IllegalArgumentException("a tag is two numbers below 2^61 - 1");
    }
  }

  public static Tag of(TagStatement statement) {
    return new Tag(statement.first(), statement.second());
  }

  public Tag plus(Tag other) {
    return new Tag(
        PrimeField.MERSENNE_61.plus(first, other.first),
        PrimeField.MERSENNE_61.plus(second, other.second));
  }
}
