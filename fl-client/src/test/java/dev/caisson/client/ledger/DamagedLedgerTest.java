package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DamagedLedgerTest {
  private static final Digest STATE = Digest.ofText("a state");

  @TempDir private Path folder;

  @Test
  void remembersWhatItAnsweredBeforeALineThatWasCutShort() throws IOException {
    answerOnce();
    Files.writeString(file(), "{\"at\":\"2026-01-01T0", StandardOpenOption.APPEND);
    try (EgressLedger again = open()) {
      assertThat(again.isSpent("study", Purpose.TRAIN, STATE)).isTrue();
      again.note("study", "note", "goes on");
    }
    assertThat(Files.readAllLines(file())).hasSize(2).allMatch(line -> line.endsWith("}"));
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    for (String damaged :
        new String[] {
          "{\"what\":\"answered\",\"purpose\":\"train\",\"state\":\"no digest\"}",
          "{\"what\":\"answered\",\"purpose\":\"leisure\"}",
          "{\"what\":",
          "",
          "\u00ff"
        }) {
      Files.write(file(), (damaged + "\n").getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(this::open)
          .as(damaged)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("line 1 is damaged");
      Files.delete(file());
    }
  }

  private void answerOnce() throws IOException {
    try (EgressLedger ledger = open()) {
      ledger.answering("study", Purpose.TRAIN, STATE, "train-1");
    }
  }

  private EgressLedger open() throws IOException {
    return EgressLedger.open(file(), Clock.systemUTC());
  }

  private Path file() {
    return folder.resolve("ledger.jsonl");
  }
}
