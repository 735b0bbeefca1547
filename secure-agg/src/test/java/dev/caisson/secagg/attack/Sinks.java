package dev.caisson.secagg.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.message.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// Where things go: bytes on the wire and words in logs, all that were seen.
final class Sinks {
  private final ByteArrayOutputStream all = new ByteArrayOutputStream();
  private int seen;

  /// Bytes, a message, or anything that can be printed.
  void see(Object what) {
    seen++;
    switch (what) {
      case byte[] bytes -> all.writeBytes(bytes);
      case Message message -> {
        all.writeBytes(message.encoded());
        say(message);
      }
      case Outcome.Next<?> next -> {
        next.outgoing().values().forEach(this::see);
        say(next);
      }
      default -> say(what);
    }
  }

  private void say(Object what) {
    all.writeBytes((what + "\n").getBytes(StandardCharsets.UTF_8));
  }

  int count() {
    return seen;
  }

  /// None of these is there: as it is, backwards (as little-endian numbers are kept), in hex of
  /// either case, or in base64 wherever it begins in a group of three bytes.
  void assertNowhere(List<byte[]> secrets) {
    String haystack = latin(all.toByteArray());
    for (byte[] secret : secrets) {
      for (String form : forms(secret)) {
        assertThat(haystack.indexOf(form)).as("a secret of %d bytes", secret.length).isNegative();
      }
    }
  }

  void assertNotSaid(String words) {
    assertThat(latin(all.toByteArray()).indexOf(words)).as(words).isNegative();
  }

  private static List<String> forms(byte[] secret) {
    byte[] backwards = new byte[secret.length];
    for (int i = 0; i < secret.length; i++) {
      backwards[i] = secret[secret.length - 1 - i];
    }
    List<String> forms = new ArrayList<>();
    forms.add(latin(secret));
    forms.add(latin(backwards));
    forms.add(HexFormat.of().formatHex(secret));
    forms.add(HexFormat.of().withUpperCase().formatHex(secret));
    for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
      for (int shift = 0; shift < 3; shift++) {
        byte[] shifted = new byte[shift + secret.length];
        System.arraycopy(secret, 0, shifted, shift, secret.length);
        // less the first and last digits, which depend on what is before and behind
        forms.add(
            encoder
                .encodeToString(shifted)
                .substring(shift == 0 ? 0 : shift + 1, shifted.length * 8 / 6));
      }
    }
    return forms;
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
