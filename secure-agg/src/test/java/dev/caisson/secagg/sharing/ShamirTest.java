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

  @Test
  void aUniformCoefficientMayBeZeroAndStillShares() {
    Shamir shamir = Shamir.of256Bits(3);
    Secret secret = Secret.random(32, new SeededRandom(1));
    ScriptedRandom zeros = new ScriptedRandom(new long[5 * 2]);
    List<Share> shares = shamir.split(secret, new int[] {1, 2, 3}, zeros);
    // all coefficients zero: the polynomial is constant, which a uniform draw allows
    assertThat(shares.get(0).encoded()).isEqualTo(shares.get(2).encoded());
    assertThat(shamir.join(shamir.weights(new int[] {1, 2, 3}), shares)).contains(secret);
  }

  @Test
  void aLimbOfSharesThatDoNotBelongTogetherIsNoSecret() {
    Shamir shamir =
        Shamir.of256Bits(1); // a share is the secret's limbs: 4 of 52 bits and one of 48
    Shamir.Weights weights = shamir.weights(new int[] {7});
    long most = (1L << 52) - 1;
    long topMost = (1L << 48) - 1;
    assertThat(shamir.join(weights, List.of(Share.of(most, most, most, most, topMost))))
        .contains(Secret.taking(HexFormat.of().parseHex("ff".repeat(32))));
    assertThat(shamir.join(weights, List.of(Share.of(0, 0, 0, 0, topMost + 1)))).isEmpty();
    for (int limb = 0; limb < 4; limb++) {
      long[] limbs = new long[5];
      limbs[limb] = most + 1;
      assertThat(shamir.join(weights, List.of(Share.of(limbs)))).as("limb %d", limb).isEmpty();
    }
  }

  @Test
  void limbsAreTheSecretAsABigEndianNumberLeastSignificantFirst() {
    byte[] bytes = new byte[32];
    bytes[31] = 0x21;
    bytes[0] = (byte) 0x80;
    Shamir shamir = Shamir.of256Bits(1);
    Share share = shamir.split(Secret.taking(bytes), new int[] {9}, new SeededRandom(1)).getFirst();
    assertThat(share.encoded()).isEqualTo(Share.of(0x21, 0, 0, 0, 1L << 47).encoded());
    assertThat(shamir.limbs()).isEqualTo(5);
    assertThat(new Shamir(new PrimeField(65_537), 16, 2, 1).limbs()).isEqualTo(1);
    assertThat(new Shamir(new PrimeField(65_537), 15, 2, 1).limbs()).isEqualTo(2);
    assertThat(shamir.threshold()).isEqualTo(1);
    assertThat(shamir.field()).isSameAs(PrimeField.MERSENNE_61);
  }

  @Test
  void refusesPointsOutsideTheField() {
    Shamir shamir = new Shamir(new PrimeField(65_537), 16, 2, 1);
    Secret secret = Secret.taking(new byte[] {1, 2});
    for (int point : new int[] {0, -1, 65_537}) {
      assertThatThrownBy(() -> shamir.split(secret, new int[] {point}, new SeededRandom(1)))
          .hasMessage("a point must be positive, got %d", point);
    }
    List<Share> shares = shamir.split(secret, new int[] {65_536}, new SeededRandom(1));
    assertThat(shamir.join(shamir.weights(new int[] {65_536}), shares)).contains(secret);
    Shamir two = Shamir.of256Bits(2);
    assertThatThrownBy(() -> two.weights(new int[] {5, 5})).hasMessageContaining("no inverse");
    assertThatThrownBy(() -> two.weights(new int[] {5, 0})).hasMessageContaining("point");
  }

  @Test
  void refusesLimbsThatDoNotFitTheField() {
    PrimeField small = new PrimeField((1L << 31) + 11);
    PrimeField large = new PrimeField((1L << 62) - 57);
    assertThatThrownBy(() -> new Shamir(small, 32, 4, 3)).hasMessageContaining("do not fit");
    assertThatThrownBy(() -> new Shamir(small, 0, 4, 3)).hasMessageContaining("do not fit");
    assertThatThrownBy(() -> new Shamir(large, 62, 4, 3)).hasMessageContaining("do not fit");
    assertThatThrownBy(() -> new Shamir(large, 64, 4, 3)).hasMessageContaining("do not fit");
    assertThatThrownBy(() -> new Shamir(small, 31, 4, 0)).hasMessageContaining("threshold");
    for (Shamir shamir : List.of(new Shamir(small, 1, 4, 2), new Shamir(large, 61, 4, 2))) {
      Secret secret = Secret.random(4, new SeededRandom(3));
      List<Share> shares = shamir.split(secret, new int[] {1, 2}, new SeededRandom(4));
      assertThat(shamir.join(shamir.weights(new int[] {1, 2}), shares)).contains(secret);
    }
  }

  @Test
  void refusesAnotherNumberOfSharesOrBytesThanItsOwn() {
    Shamir shamir = Shamir.of256Bits(2);
    Secret secret = Secret.random(32, new SeededRandom(1));
    List<Share> shares = shamir.split(secret, new int[] {1, 2, 3}, new SeededRandom(2));
    Shamir.Weights weights = shamir.weights(new int[] {1, 2});
    assertThatThrownBy(() -> shamir.join(weights, shares)).hasMessage("2 shares rebuild, got 3");
    assertThatThrownBy(() -> shamir.weights(new int[] {1})).hasMessage("2 shares rebuild, got 1");
    assertThatThrownBy(
            () -> shamir.split(Secret.taking(new byte[31]), new int[] {1}, new SeededRandom(1)))
        .hasMessage("a secret has 32 bytes, got 31");
  }
}
