package dev.caisson.secagg.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.SeededRandom;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

final class PrimeFieldTest {
  /// The largest prime below 2^62.
  private static final long LARGEST = (1L << 62) - 57;

  @Test
  void agreesWithBigIntegers() {
    SeededRandom random = new SeededRandom(7);
    for (long p : new long[] {(1L << 61) - 1, (1L << 31) + 11, 65_537, LARGEST}) {
      PrimeField field = new PrimeField(p);
      BigInteger modulus = BigInteger.valueOf(p);
      long[] edges = {0, 1, 2, 1 << 16, p / 2, p / 2 + 1, p - 2, p - 1};
      for (int i = 0; i < 1000; i++) {
        long a = i < 64 ? edges[i / 8] : field.random(random);
        long b = i < 64 ? edges[i % 8] : field.random(random);
        BigInteger x = BigInteger.valueOf(a);
        BigInteger y = BigInteger.valueOf(b);
        assertThat(field.plus(a, b)).isEqualTo(x.add(y).mod(modulus).longValueExact());
        assertThat(field.minus(a, b)).isEqualTo(x.subtract(y).mod(modulus).longValueExact());
        assertThat(field.times(a, field.montgomery(b)))
            .isEqualTo(x.multiply(y).mod(modulus).longValueExact());
        if (a != 0) {
          assertThat(field.inverse(a)).isEqualTo(x.modInverse(modulus).longValueExact());
        }
      }
    }
  }

  @Test
  void refusesWhatIsNoPrimeOrOutOfBounds() {
    long belowTheSmallest = 65_521; // the primes next to 2^16 and to 2^62
    long aboveTheLargest = (1L << 62) + 135;
    for (long p :
        new long[] {(1L << 61) + 1, Long.MAX_VALUE, belowTheSmallest, aboveTheLargest, -7, 0}) {
      assertThatThrownBy(() -> new PrimeField(p))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a prime between 2^16 and 2^62, got %d", p);
    }
    assertThat(BigInteger.valueOf(aboveTheLargest).isProbablePrime(64)).isTrue();
    assertThat(new PrimeField(65_537).modulus()).isEqualTo(65_537);
    assertThat(new PrimeField(LARGEST).modulus()).isEqualTo(LARGEST);
  }

  @Test
  void zeroHasNoInverse() {
    assertThatThrownBy(() -> PrimeField.MERSENNE_61.inverse(0))
        .isInstanceOf(ArithmeticException.class);
  }

  /// 61 bits of all ones are p itself and are drawn again; p - 1 and 0 are taken.
  @Test
  void aDrawOfTheModulusIsRejectedAndItsNeighboursAreNot() {
    long p = (1L << 61) - 1;
    long ones = -1;
    assertThat(PrimeField.MERSENNE_61.random(new ScriptedRandom(ones, ones, 5L << 3))).isEqualTo(5);
    assertThat(PrimeField.MERSENNE_61.random(new ScriptedRandom((p - 1) << 3))).isEqualTo(p - 1);
    assertThat(PrimeField.MERSENNE_61.random(new ScriptedRandom(0))).isEqualTo(0);
  }

  /// 65,537 values, 20 draws to each: the number of any one value is as good as Poisson of mean 20,
  /// so a value occurs between 1 and 60 times but with probability 3e-9. Looked at where a biased
  /// draw shows: both ends and the middle. The seed is fixed.
  @Test
  void everyElementIsDrawnZeroAndTheLargestToo() {
    int p = 65_537;
    PrimeField field = new PrimeField(p);
    SeededRandom random = new SeededRandom(5);
    int[] times = new int[p];
    for (int i = 0; i < 20 * p; i++) {
      times[(int) field.random(random)]++;
    }
    for (int value : new int[] {0, 1, p / 2, p - 2, p - 1}) {
      assertThat(times[value]).as("times of %d", value).isBetween(1, 60);
    }
  }
}
