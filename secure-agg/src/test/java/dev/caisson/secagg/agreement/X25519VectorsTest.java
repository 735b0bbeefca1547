package dev.caisson.secagg.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import dev.caisson.secagg.SeededRandom;
import dev.caisson.secagg.secret.Secret;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// X25519 as RFC 7748 has it, through [HybridKeys#agree]. Its §6.1 is in [HybridKeysTest].
final class X25519VectorsTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final Bytes LATTICE =
      HybridKeys.fromSeed(Secret.random(HybridKeys.SEED_BYTES, new SeededRandom(1)))
          .publicKeys()
          .mlKem();
  private static final String P_MINUS_1 = "ec" + "ff".repeat(30) + "7f";
  private static final String P = "ed" + "ff".repeat(30) + "7f";
  private static final String P_PLUS_1 = "ee" + "ff".repeat(30) + "7f";
  private static final String ORDER_8 =
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800";
  private static final String ALSO_ORDER_8 =
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157";

  /// RFC 7748 §5.2, both vectors: scalar, u coordinate (the second with the bit set that is to be
  /// ignored), and the product.
  @Test
  void scalarMultiplicationIsRfc7748s() throws Exception {
    assertThat(
            multiply(
                "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"))
        .isEqualTo("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    assertThat(
            multiply(
                "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"))
        .isEqualTo("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
  }

  /// RFC 7748 §5.2: scalar and point both start as 9; the product becomes the scalar, the scalar
  /// the point. After 1 and after 1,000 times.
  @Test
  void scalarMultiplicationIteratesAsRfc7748Says() throws Exception {
    String scalar = "09" + "00".repeat(31);
    String point = scalar;
    for (int i = 1; i <= 1000; i++) {
      String product = multiply(scalar, point);
      point = scalar;
      scalar = product;
      if (i == 1) {
        assertThat(scalar)
            .isEqualTo("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
      }
    }
    assertThat(scalar)
        .isEqualTo("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
  }

  /// RFC 7748 §6.1 and §7: an all-zero product is refused. The points that give it have order 1, 2,
  /// 4 or 8 on the curve or its twist (Bernstein's list, https://cr.yp.to/ecdh.html#validate), each
  /// with and without the top bit, which is ignored.
  @Test
  void everyPointOfSmallOrderIsRefused() throws Exception {
    for (String low :
        List.of(
            "00".repeat(32),
            "01" + "00".repeat(31),
            ORDER_8,
            ALSO_ORDER_8,
            P_MINUS_1,
            P,
            P_PLUS_1)) {
      byte[] high = HEX.parseHex(low);
      high[31] |= (byte) 0x80;
      for (String point : List.of(low, HEX.formatHex(high))) {
        PublicKeys bad = keys(point);
        assertThatThrownBy(() -> withScalar("77".repeat(32)).agree(bad))
            .as(point)
            .isInstanceOf(InvalidPeerKeyException.class)
            .hasMessageContaining("small order");
        assertThatThrownBy(bad::validate)
            .as(point)
            .isInstanceOf(InvalidPeerKeyException.class)
            .hasMessageContaining("small order");
      }
    }
  }

  /// What is refused is small order, not a large or unreduced number: p - 2, and p + 2 for 2.
  @Test
  void pointsBesideThoseOfSmallOrderAreTaken() throws Exception {
    String two = "02" + "00".repeat(31);
    keys("eb" + "ff".repeat(30) + "7f").validate();
    keys(two).validate();
    assertThat(multiply("77".repeat(32), "ef" + "ff".repeat(30) + "7f"))
        .isEqualTo(multiply("77".repeat(32), two));
  }

  private static String multiply(String scalar, String point) throws Exception {
    return HEX.formatHex(withScalar(scalar).agree(keys(point)).bytes());
  }

  private static HybridKeys withScalar(String scalar) {
    byte[] seed = Arrays.copyOf(HEX.parseHex(scalar), HybridKeys.SEED_BYTES);
    return HybridKeys.fromSeed(Secret.taking(seed));
  }

  /// This point beside a lattice key that is in order.
  private static PublicKeys keys(String point) {
    return new PublicKeys(Bytes.of(HEX.parseHex(point)), LATTICE);
  }
}
