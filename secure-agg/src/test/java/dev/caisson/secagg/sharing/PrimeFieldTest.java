package dev.caisson.secagg.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.SeededRandom;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

final class PrimeFieldTest {
  @Test
  void agreesWithBigIntegers() {
    SeededRandom random = new SeededRandom(7);
    for (long p : new long[] {(1L << 61) - 1, (1L << 31) + 11, 65_537}) {
      PrimeField field = new PrimeField(p);
      BigInteger modulus = BigInteger.valueOf(p);
      long[] edges = {0, 1, 2, p / 2, p - 2, p - 1};
      for (int i = 0; i < 1000; i++) {
        long a = i < 36 ? edges[i / 6] : field.random(random);
        long b = i < 36 ? edges[i % 6] : field.random(random);
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
  void refusesWhatIsNoPrimeOrTooLarge() {
    assertThatThrownBy(() -> new PrimeField((1L << 61) + 1)).hasMessageContaining("prime");
    assertThatThrownBy(() -> new PrimeField(Long.MAX_VALUE)).hasMessageContaining("prime");
  }
}
