package dev.caisson.secagg.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class KeyStreamTest {
  private static final HexFormat HEX = HexFormat.of();

  /// AES-256 under the zero key of counter blocks 0, 1 and 2, as the GCM specification publishes
  /// them (McGrew and Viega, test cases 13 and 14: the hash key H, the tag of nothing, and the
  /// ciphertext of zeros).
  @Test
  void startsAtCounterZeroAndCountsBigEndian() {
    byte[] out = new byte[48];
    new KeyStream(Secret.taking(new byte[32])).fill(0, out, 48);
    assertThat(HEX.formatHex(out))
        .isEqualTo(
            "dc95c078a2408989ad48a21492842087"
                + "530f8afbc74536b9a963b4f1c4cb738b"
                + "cea7403d4d606b6e074ec5d3baf39d18");
  }

  /// SP 800-38A F.5.5: the cipher that the stream is made of.
  @Test
  void theJdksCounterModeIsNists() throws Exception {
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(
            HEX.parseHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
            "AES"),
        new IvParameterSpec(HEX.parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")));
    byte[] plain =
        HEX.parseHex(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    assertThat(HEX.formatHex(cipher.update(plain)))
        .isEqualTo(
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
                + "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6");
  }

  @Test
  void anyPieceIsTheSameAsInOneGo() {
    Secret key = Secret.random(32, new SeededRandom(1));
    byte[] whole = new byte[50_000];
    new KeyStream(key).fill(0, whole, whole.length);
    KeyStream stream = new KeyStream(key);
    int[][] pieces = {{32_000, 100}, {0, 20_000}, {20_000, 7}, {20_000, 16}, {20_016, 29_984}};
    for (int[] piece : pieces) {
      byte[] out = new byte[piece[1]];
      stream.fill(piece[0], out, piece[1]);
      assertThat(out).isEqualTo(Arrays.copyOfRange(whole, piece[0], piece[0] + piece[1]));
    }
  }

  @Test
  void refusesToStartInsideABlock() {
    KeyStream stream = new KeyStream(Secret.random(32, new SeededRandom(1)));
    assertThatThrownBy(() -> stream.fill(8, new byte[16], 16)).hasMessageContaining("block");
  }
}
