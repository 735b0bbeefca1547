package dev.caisson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class FieldReaderTest {
  @Test
  void readsBackWhatWasWritten() throws Exception {
    byte[] encoded =
        new FieldWriter("test/v1").number(-7).real(0.25).text("é").bytes(new byte[3]).toBytes();
    FieldReader in = new FieldReader("test/v1", encoded);
    assertThat(in.number()).isEqualTo(-7);
    assertThat(in.real()).isEqualTo(0.25);
    assertThat(in.text(10)).isEqualTo("é");
    assertThat(in.exactly(3)).hasSize(3);
    in.end();
  }

  @Test
  void refusesLengthsThatLieBeforeAllocating() throws Exception {
    byte[] encoded = new FieldWriter("test/v1").bytes(new byte[5]).toBytes();
    encoded[11] = 0x7f; // the field now claims two thousand million bytes
    assertThatThrownBy(() -> new FieldReader("test/v1", encoded).bytes(Integer.MAX_VALUE))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("are left");
    assertThatThrownBy(() -> new FieldReader("test/v1", encoded).bytes(10))
        .hasMessageContaining("at most 10");
  }

  @Test
  void refusesEveryTruncationAndLeftover() throws Exception {
    byte[] encoded = new FieldWriter("test/v1").number(1).text("ab").toBytes();
    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> readAll(cut)).isInstanceOf(MalformedException.class);
    }
    byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);
    assertThatThrownBy(() -> readAll(longer)).hasMessageContaining("behind the last field");
    readAll(encoded);
  }

  private static void readAll(byte[] encoded) throws MalformedException {
    FieldReader in = new FieldReader("test/v1", encoded);
    in.number();
    in.text(10);
    in.end();
  }
}
