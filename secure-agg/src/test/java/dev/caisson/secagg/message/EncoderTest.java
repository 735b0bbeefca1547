package dev.caisson.secagg.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EncoderTest {
  @Test
  void aMessageToManyIsEncodedOnceAndAnotherByItself() {
    Encoder encoder = new Encoder();
    Message toAll = new SurvivorList(List.of());
    byte[] first = encoder.encode(toAll);
    assertThat(first).isEqualTo(toAll.encoded());
    assertThat(encoder.encode(toAll)).isSameAs(first);
    Message another = new KeyList(List.of());
    assertThat(encoder.encode(another)).isEqualTo(another.encoded());
    assertThat(encoder.encode(toAll)).isEqualTo(first).isNotSameAs(first);
  }
}
