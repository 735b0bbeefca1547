package dev.caisson.secagg.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class KdfTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void rfc5869TestCase1() {
    Secret okm =
        Kdf.derive(
            HEX.parseHex("000102030405060708090a0b0c"),
            HEX.parseHex("0b".repeat(22)),
            HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"),
            42);
    assertThat(HEX.formatHex(okm.bytes()))
        .isEqualTo(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  }

  /// RFC 5869 A.2: all three longer than a block of the hash, and three blocks of output.
  @Test
  void rfc5869TestCase2() {
    Secret okm = Kdf.derive(counting(0x60, 80), counting(0x00, 80), counting(0xb0, 80), 82);
    assertThat(HEX.formatHex(okm.bytes()))
        .isEqualTo(
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                + "cc30c58179ec3e87c14c01d5c1f3434f1d87");
  }

  /// RFC 5869 A.3: no salt, no info.
  @Test
  void rfc5869TestCase3() {
    Secret okm = Kdf.derive(new byte[0], HEX.parseHex("0b".repeat(22)), new byte[0], 42);
    assertThat(HEX.formatHex(okm.bytes()))
        .isEqualTo(
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  }

  @Test
  void twoSecretsAreDerivedFromInTheirOrder() {
    Secret a = Secret.taking(new byte[] {1});
    Secret b = Secret.taking(new byte[] {2});
    assertThat(Kdf.derive(a, b, new byte[0], 32))
        .isEqualTo(Kdf.derive(new byte[0], new byte[] {1, 2}, new byte[0], 32));
  }

  @Test
  void aSecretIsDerivedFromWithoutSaltAndStaysTheCallers() {
    Secret input = Secret.taking(counting(5, 32));
    assertThat(Kdf.derive(input, counting(7, 9), 50))
        .isEqualTo(Kdf.derive(new byte[0], counting(5, 32), counting(7, 9), 50));
    assertThat(input).isEqualTo(Secret.taking(counting(5, 32)));
  }

  private static byte[] counting(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }
}
