package dev.caisson.client.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a ledger line by line. Every line is an entry that says what it is, or the memory has a
/// hole: a damaged one is refused with its number. A last line without its end is being written, or
/// was when the machine stopped; what it announces was not sent, and it is passed over.
final class LedgerLines {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private LedgerLines() {}

  /// Takes one line; what it throws is damage.
  interface Taker {
    void take(JsonNode line);
  }

  static void read(Path file, Taker taker) throws IOException {
    int number = 0;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
          continue;
        }
        number++;
        try {
          // Not strict: bytes that are not UTF-8 make no JSON of ours, which is said with the
          // number.
          taker.take(JSON.readTree(line.toString(StandardCharsets.UTF_8)));
        } catch (JsonProcessingException | RuntimeException e) {
          // Whatever a line makes its taker throw, the line is what is wrong.
          throw new IOException(
              "%s, line %d is damaged: this site no longer knows what it has answered; restore the ledger"
                      .formatted(file, number)
                  + " or start with a new identity",
              e);
        }
        line.reset();
      }
    }
  }
}
