package dev.caisson.secagg.attack;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.secagg.Bytes;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The search for secrets finds what is there.
final class SinksTest {
  private static final byte[] SECRET = HexFormat.of().parseHex("00ff80d6" + "3b".repeat(27) + "7e");

  @Test
  void findsASecretInEveryForm() {
    byte[] backwards = new byte[32];
    for (int i = 0; i < 32; i++) {
      backwards[i] = SECRET[31 - i];
    }
    byte[] within = new byte[77];
    System.arraycopy(SECRET, 0, within, 22, 32);
    for (Object leak :
        List.of(
            SECRET,
            backwards,
            within,
            HexFormat.of().formatHex(within),
            HexFormat.of().withUpperCase().formatHex(SECRET),
            Base64.getEncoder().encodeToString(SECRET),
            Base64.getEncoder().encodeToString(within),
            Base64.getUrlEncoder().withoutPadding().encodeToString(within))) {
      Sinks sinks = new Sinks();
      sinks.see("before");
      sinks.see(leak);
      sinks.see("after");
      assertThatThrownBy(() -> sinks.assertNowhere(List.of(SECRET)))
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void findsNothingElse() {
    Sinks sinks = new Sinks();
    sinks.see(new byte[1000]);
    sinks.see(Bytes.of(SECRET));
    sinks.assertNowhere(List.of(SECRET));
  }
}
