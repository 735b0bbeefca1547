package dev.caisson.secagg.sharing;

import java.math.BigInteger;
import java.security.SecureRandom;

/// Integers modulo an odd prime `2^16 < p < 2^62`, held as longs in `[0, p)`.
///
/// Products go through Montgomery reduction with R = 2^64 and no branch depends on a value, so time
/// tells nothing of a share: [#times] takes its second factor in Montgomery form ([#montgomery]),
/// which only public values ever need.
public final class PrimeField {
  /// 2^61 - 1.
  public static final PrimeField MERSENNE_61 = new PrimeField((1L << 61) - 1);

  private final long p;
  private final long negatedInverse; // -p^-1 mod 2^64
  private final long rSquared; // 2^128 mod p

  public PrimeField(long p) {
    BigInteger prime = BigInteger.valueOf(p);
    if (p <= 1 << 16 || p >= 1L << 62 || !prime.isProbablePrime(64)) {
      throw new IllegalArgumentException("a prime between 2^16 and 2^62, got %d".formatted(p));
    }
    this.p = p;
    long inverse = p; // correct to 3 bits; each step doubles that
    for (int i = 0; i < 5; i++) {
      inverse *= 2 - p * inverse;
    }
    this.negatedInverse = -inverse;
    this.rSquared = BigInteger.ONE.shiftLeft(128).mod(prime).longValueExact();
  }

  public long modulus() {
    return p;
  }

  public long plus(long a, long b) {
    return reduceOnce(a + b);
  }

  public long minus(long a, long b) {
    return reduceOnce(a + p - b);
  }

  /// `a * b` where `bMontgomery` is [#montgomery] of b.
  public long times(long a, long bMontgomery) {
    long low = a * bMontgomery;
    long high = Math.unsignedMultiplyHigh(a, bMontgomery);
    long m = low * negatedInverse;
    long carry = (low | -low) >>> 63; // low + (m p mod 2^64) is 0 mod 2^64: 1 unless low is 0
    return reduceOnce(high + Math.unsignedMultiplyHigh(m, p) + carry);
  }

  /// `a * 2^64 mod p`.
  public long montgomery(long a) {
    return times(a, rSquared);
  }

  /// `1 / a` for a public `a` that is not 0 (Fermat).
  public long inverse(long a) {
    if (a == 0) {
      throw new ArithmeticException("0 has no inverse");
    }
    long result = 1;
    long base = a;
    for (long e = p - 2; e != 0; e >>>= 1) {
      if ((e & 1) == 1) {
        result = times(result, montgomery(base));
      }
      base = times(base, montgomery(base));
    }
    return result;
  }

  /// A uniform element, by rejection.
  public long random(SecureRandom random) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(p - 1);
    while (true) {
      long candidate = random.nextLong() >>> (Long.SIZE - bits);
      if (candidate < p) {
        return candidate;
      }
    }
  }

  private long reduceOnce(long a) {
    long reduced = a - p;
    return reduced + (p & (reduced >> 63));
  }
}
