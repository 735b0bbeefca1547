package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.trust.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EgressLedgerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
  private static final Digest STATE = Digest.ofText("state");
  private static final Digest OTHER = Digest.ofText("other");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("ledger.jsonl");
  }

  @Test
  void whatWasAnsweredStaysAnsweredAcrossRestarts() throws Exception {
    try (EgressLedger ledger = EgressLedger.open(file, CLOCK)) {
      ledger.answering("s", Purpose.TRAIN, STATE, "train-1");
      assertThat(ledger.beginning("s", "train-2", OTHER)).isTrue();
    }
    try (EgressLedger ledger = EgressLedger.open(file, CLOCK)) {
      assertThat(ledger.isSpent("s", Purpose.TRAIN, STATE)).isTrue();
      assertThat(ledger.isSpent("s", Purpose.EVALUATE, STATE)).isFalse();
      assertThat(ledger.isSpent("t", Purpose.TRAIN, STATE)).isFalse();
      assertThat(ledger.isSpent("s", Purpose.TRAIN, OTHER)).isFalse();
      assertThat(ledger.answered("s", Purpose.TRAIN)).isEqualTo(1);
      assertThat(ledger.beginning("s", "train-2", OTHER)).as("begun before").isFalse();
      ledger.answering("s", Purpose.TRAIN, OTHER, "train-2");
      assertThat(ledger.answered("s", Purpose.TRAIN)).isEqualTo(2);
    }
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @Test
  void everythingSentIsOneLineForPeople() throws Exception {
    try (EgressLedger ledger = EgressLedger.open(file, CLOCK)) {
      ledger.sending("s", "train-1", "keys", 17, STATE);
      ledger.note("s", "refused", "with a \"quote\"\nand a line break");
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"at\":\"2026-03-01T12:00:00Z\",\"what\":\"sent\",\"study\":\"s\",\"round\":\"train-1\","
                + "\"message\":\"keys\",\"bytes\":17,\"digest\":\""
                + STATE
                + "\"}",
            "{\"at\":\"2026-03-01T12:00:00Z\",\"what\":\"refused\",\"study\":\"s\","
                + "\"text\":\"with a \\\"quote\\\"\\nand a line break\"}");
  }

  /// What a line announces is sent only after the line is written: a torn one announced nothing.
  @Test
  void remembersWhatItAnsweredBeforeALineThatWasCutShort() throws Exception {
    try (EgressLedger ledger = EgressLedger.open(file, CLOCK)) {
      ledger.answering("s", Purpose.TRAIN, STATE, "train-1");
    }
    Files.writeString(file, "{\"at\":\"2026-01-01T0", StandardOpenOption.APPEND);
    try (EgressLedger again = EgressLedger.open(file, CLOCK)) {
      assertThat(again.isSpent("s", Purpose.TRAIN, STATE)).isTrue();
      again.note("s", "note", "goes on");
    }
    assertThat(Files.readAllLines(file)).hasSize(2).allMatch(line -> line.endsWith("}"));
  }

  @Test
  void bytesThatAreNoTextDamageTheirLine() throws Exception {
    Files.write(file, new byte[] {(byte) 0xff, '\n'});
    assertThatIOException()
        .isThrownBy(() -> EgressLedger.open(file, CLOCK))
        .withMessageContaining("line 1 is damaged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"what\":\"answ",
        "garbage",
        "",
        "12",
        "null",
        "[]",
        "{}",
        "{\"what\":\"sent\"} {\"what\":\"sent\"}",
        "{\"what\":\"answered\",\"study\":\"s\",\"purpose\":\"train\",\"state\":\"sha256:12\"}",
        "{\"what\":\"answered\",\"study\":\"s\",\"purpose\":\"other\",\"state\":\"sha256:12\"}",
        "{\"what\":\"answered\",\"study\":\"s\",\"purpose\":\"train\"}",
        "{\"what\":\"answered\",\"purpose\":\"train\"}",
        "{\"what\":\"begun\",\"study\":\"s\"}"
      })
  void aDamagedLineIsRefusedAndNamed(String line) throws Exception {
    try (EgressLedger ledger = EgressLedger.open(file, CLOCK)) {
      ledger.answering("s", Purpose.TRAIN, STATE, "train-1");
    }
    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatIOException()
          .isThrownBy(() -> EgressLedger.open(file, CLOCK))
          .withMessageContaining("line 2 is damaged")
          .withMessageContaining("restore the ledger");
    }
  }
}
