package dev.caisson.secagg.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import java.nio.ByteBuffer;
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
    int[][] pieces = {
      {32_000, 100}, {0, 20_000}, {20_000, 7}, {20_000, 16}, {20_016, 29_984}, {64, 16}, {48, 16}
    };
    for (int[] piece : pieces) {
      byte[] out = new byte[piece[1]];
      stream.fill(piece[0], out, piece[1]);
      assertThat(out).isEqualTo(Arrays.copyOfRange(whole, piece[0], piece[0] + piece[1]));
    }
  }

  /// Past 2^32 blocks (64 GiB) and up to the last block that a long can name, across the carries:
  /// AES-256 of each counter block by itself is the oracle, so no counter mode is trusted twice.
  @Test
  void farOffsetsAreTheEncryptedCounterBlocks() throws Exception {
    byte[] key = Secret.random(32, new SeededRandom(1)).bytes();
    Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
    block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    KeyStream stream = new KeyStream(Secret.taking(key));
    for (long counter :
        new long[] {
          255,
          65_535,
          (1L << 31) - 1,
          (1L << 32) - 1,
          (1L << 32) + 5,
          (1L << 40) - 1,
          (1L << 59) - 3
        }) {
      byte[] counters = new byte[48];
      for (int i = 0; i < 3; i++) {
        ByteBuffer.wrap(counters).putLong(16 * i + 8, counter + i);
      }
      byte[] out = new byte[48];
      stream.fill(16 * counter, out, 48);
      assertThat(out).as("block %d", counter).isEqualTo(block.doFinal(counters));
    }
  }

  @Test
  void keepsItsOwnKeyAndForgetsItWhenClosed() {
    Secret key = Secret.random(32, new SeededRandom(1));
    byte[] expected = new byte[16];
    new KeyStream(key).fill(0, expected, 16);
    KeyStream stream = new KeyStream(key);
    key.close();
    byte[] out = new byte[16];
    stream.fill(0, out, 16);
    assertThat(out).isEqualTo(expected);
    stream.close();
    for (long from : new long[] {0, 16}) { // where it would seek, and where it would go on
      assertThatThrownBy(() -> stream.fill(from, out, 16)).hasMessageContaining("wiped");
    }
    assertThat(stream).hasToString("KeyStream[redacted]");
  }

  @Test
  void takesKeysOf256BitsOnly() {
    for (int length : new int[] {16, 24, 31, 33}) {
      assertThatThrownBy(() -> new KeyStream(Secret.taking(new byte[length])))
          .hasMessage("an AES-256 key has 32 bytes, got %d", length);
    }
  }

  @Test
  void refusesToStartInsideABlock() {
    KeyStream stream = new KeyStream(Secret.random(32, new SeededRandom(1)));
    assertThatThrownBy(() -> stream.fill(8, new byte[16], 16)).hasMessageContaining("block");
    stream.fill(0, new byte[16], 8); // going on from inside a block is refused as well
    assertThatThrownBy(() -> stream.fill(8, new byte[16], 8)).hasMessageContaining("block");
    assertThatThrownBy(() -> stream.fill(-16, new byte[16], 16)).hasMessageContaining("block");
  }
}
