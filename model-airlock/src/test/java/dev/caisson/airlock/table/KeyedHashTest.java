package dev.caisson.airlock.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class KeyedHashTest {
  /// Key 00..0f; the last three of the reference implementation's 64 vectors are of 0, 8 and 15
  /// bytes here (Aumasson and Bernstein, appendix A for 15).
  @Test
  void agreesWithTheReferenceVectors() {
    KeyedHash hash = new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    assertThat(hash.of(counting(0))).isEqualTo(0x726fdb47dd0e0e31L);
    assertThat(hash.of(counting(8))).isEqualTo(0x93f5f5799a932462L);
    assertThat(hash.of(counting(15))).isEqualTo(0xa129ca6149be45e5L);
  }

  @Test
  void numbersHashesByFirstAppearance() {
    assertThat(HashIndex.numbered(new long[] {9, 0, 9, -1, 0})).containsExactly(0, 1, 0, 2, 1);
    long[] many = new long[100_000];
    Arrays.setAll(many, i -> (i % 50_000) * 0x9e3779b97f4a7c15L);
    int[] numbers = HashIndex.numbered(many);
    assertThat(numbers[99_999]).isEqualTo(49_999);
    assertThat(numbers[50_000]).isZero();
  }

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
