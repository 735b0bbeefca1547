package dev.caisson.secagg.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Fewer shares than the threshold are uniform whatever the secret. Each test takes the chi-square
/// statistic of top bits of limbs over equally likely bins, for a secret of all zeros and one of
/// all ones, with 100 dealings to a bin. Uniform shares stay below the bound with probability 99.9
/// % for each secret and limb; seeds are fixed, so a test either always passes or never.
final class SharesTellNothingTest {
  /// The 0.1 % points of chi-square with 15 and with 255 degrees of freedom.
  private static final double BOUND_16 = 37.70;

  private static final double BOUND_256 = 330.5;

  @Test
  void oneShareOfTwoIsUniform() {
    for (String fill : List.of("00", "ff")) {
      for (int limb = 0; limb < 5; limb++) {
        assertThat(chiSquare(2, fill, limb, new int[] {1}))
            .as("limb %d of a secret of %s", limb, fill)
            .isLessThan(BOUND_16);
      }
    }
  }

  @Test
  void twoSharesOfThreeAreUniformTogether() {
    for (String fill : List.of("00", "ff")) {
      for (int limb = 0; limb < 5; limb++) {
        assertThat(chiSquare(3, fill, limb, new int[] {1, 200}))
            .as("limb %d of a secret of %s", limb, fill)
            .isLessThan(BOUND_256);
      }
    }
  }

  /// That the statistic sees what it should: two shares of two lie on a line through the secret.
  @Test
  void twoSharesOfTwoAreFarFromUniform() {
    assertThat(chiSquare(2, "00", 0, new int[] {1, 2})).isGreaterThan(10 * BOUND_256);
  }

  /// Over the top 4 bits of this limb in the shares at these points, jointly.
  private static double chiSquare(int threshold, String fill, int limb, int[] points) {
    Shamir shamir = Shamir.of256Bits(threshold);
    Secret secret = Secret.taking(HexFormat.of().parseHex(fill.repeat(32)));
    SeededRandom random = new SeededRandom(2024);
    int[] bins = new int[1 << (4 * points.length)];
    for (int i = 0; i < 100 * bins.length; i++) {
      int bin = 0;
      for (Share share : shamir.split(secret, points, random)) {
        bin = (bin << 4) | (int) (share.limb(limb) >>> 57);
      }
      bins[bin]++;
    }
    double chiSquare = 0;
    for (int bin : bins) {
      chiSquare += (bin - 100.0) * (bin - 100.0) / 100.0;
    }
    return chiSquare;
  }
}
