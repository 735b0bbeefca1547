package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BytesTest {
  @Test
  void bytesAreEqualByContentAndPrintTheirLength() {
    Bytes bytes = Bytes.of(new byte[] {1, 2, 3});
    assertThat(bytes)
        .isEqualTo(Bytes.of(new byte[] {1, 2, 3}))
        .hasSameHashCodeAs(Bytes.of(new byte[] {1, 2, 3}))
        .isNotEqualTo(Bytes.of(new byte[] {1, 2, 4}))
        .doesNotHaveSameHashCodeAs(Bytes.of(new byte[] {1, 2, 4}))
        .isNotEqualTo("123")
        .hasToString("Bytes[3]");
    assertThat(bytes.length()).isEqualTo(3);
  }

  @Test
  void bytesNeverChange() {
    byte[] mine = {1, 2, 3};
    Bytes bytes = Bytes.of(mine);
    mine[0] = 9;
    bytes.toArray()[1] = 9;
    assertThat(bytes.toArray()).containsExactly(1, 2, 3);
  }

  @Test
  void onlyNoBytesAreEmpty() {
    assertThat(Bytes.empty().isEmpty()).isTrue();
    assertThat(Bytes.empty()).isEqualTo(Bytes.of(new byte[0]));
    assertThat(Bytes.of(new byte[1]).isEmpty()).isFalse();
  }
}
