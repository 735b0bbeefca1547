package dev.caisson.secagg.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShamirTest {
  /// A vector of Google's federated-compute (fcp/secagg): p = 2^31 + 11, t = 3, x = 1..5, 31-bit
  /// limbs of 4 bytes, most significant limb first. Any three shares give 0x00000021.
  @Test
  void rebuildsThePublishedVectorFromAnyThreeShares() {
    Shamir shamir = new Shamir(new PrimeField((1L << 31) + 11), 31, 4, 3);
    String[] published = {
      "70CF762E6ED4AA1C",
      "30A0C5AC26EB91CC",
      "3F73EE902844B747",
      "1D48F0CF72E01A8D",
      "4A1FCC7406BDBB88"
    };
    List<Share> shares = new ArrayList<>();
    for (String hex : published) {
      long high = HexFormat.fromHexDigitsToLong(hex, 0, 8);
      long low = HexFormat.fromHexDigitsToLong(hex, 8, 16);
      shares.add(Share.of(low, high));
    }
    for (int a = 0; a < 5; a++) {
      for (int b = a + 1; b < 5; b++) {
        for (int c = b + 1; c < 5; c++) {
          assertThat(
                  shamir.join(
                      shamir.weights(new int[] {a + 1, b + 1, c + 1}),
                      List.of(shares.get(a), shares.get(b), shares.get(c))))
              .contains(Secret.taking(new byte[] {0, 0, 0, 0x21}));
        }
      }
    }
  }

  @Test
  void anyThresholdOfSharesRebuildsASecret() {
    Shamir shamir = Shamir.of256Bits(3);
    for (long seed = 0; seed < 20; seed++) {
      Secret secret = Secret.random(32, new SeededRandom(seed));
      int[] points = {1, 2, 7, 200};
      List<Share> shares = shamir.split(secret, points, new SeededRandom(seed + 100));
      for (int left = 0; left < 4; left++) {
        List<Share> some = new ArrayList<>(shares);
        some.remove(left);
        int[] at = new int[3];
        for (int i = 0, j = 0; i < 4; i++) {
          if (i != left) {
            at[j++] = points[i];
          }
        }
        assertThat(shamir.join(shamir.weights(at), some)).contains(secret);
      }
    }
  }

  @Test
  void extremeSecretsSurvive() {
    Shamir shamir = Shamir.of256Bits(2);
    byte[] ones = HexFormat.of().parseHex("ff".repeat(32));
    for (byte[] bytes : new byte[][] {new byte[32], ones}) {
      Secret secret = Secret.taking(bytes);
      List<Share> shares = shamir.split(secret, new int[] {3, 4}, new SeededRandom(1));
      assertThat(shamir.join(shamir.weights(new int[] {3, 4}), shares)).contains(secret);
    }
  }

  /// One share of two, of a secret of all zeros and one of all ones: the top 4 bits of its first
  /// limb over 16 bins, 16,000 dealings. 37.70 is the 0.1% point of chi-square with 15 degrees of
  /// freedom; the seed is fixed, so this either always passes or never.
  @Test
  void fewerThanThresholdSharesAreUniformWhateverTheSecret() {
    Shamir shamir = Shamir.of256Bits(2);
    SeededRandom random = new SeededRandom(2024);
    for (String fill : new String[] {"00", "ff"}) {
      Secret secret = Secret.taking(HexFormat.of().parseHex(fill.repeat(32)));
      int[] bins = new int[16];
      for (int i = 0; i < 16_000; i++) {
        Share share = shamir.split(secret, new int[] {1}, random).getFirst();
        bins[(int) (share.limb(0) >>> 57)]++;
      }
      double chiSquare = 0;
      for (int bin : bins) {
        chiSquare += (bin - 1000.0) * (bin - 1000.0) / 1000.0;
      }
      assertThat(chiSquare).as("secret of %s", fill).isLessThan(37.70);
    }
  }

  @Test
  void refusesPointZeroAndLimbsWiderThanTheField() {
    Shamir shamir = Shamir.of256Bits(1);
    Secret secret = Secret.random(32, new SeededRandom(1));
    assertThatThrownBy(() -> shamir.split(secret, new int[] {0}, new SeededRandom(1)))
        .hasMessageContaining("point");
    assertThatThrownBy(() -> new Shamir(new PrimeField((1L << 31) + 11), 32, 4, 3))
        .hasMessageContaining("do not fit");
  }

  @Test
  void aShareIsNeverPrinted() {
    assertThat(Share.of(123456789).toString()).isEqualTo("Share[redacted]");
  }
}
