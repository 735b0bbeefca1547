package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.caisson.client.ledger.RoundHistory.Round;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A ledger as its custodian reads it.
final class RoundHistoryTest {
  private static final Digest SCOPE = Digest.ofText("scope");
  private static final List<String> ABC = List.of("a", "b", "c");
  private static final List<String> ABCD = List.of("a", "b", "c", "d");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = folder.resolve("ledger.jsonl");
    try (EgressLedger ledger =
        EgressLedger.open(file, Clock.systemUTC(), "a", IdentityKey.generate().identity())) {
      record(ledger, "train-1", begun("one", 1));
      ledger.sending("s", "train-1", "keys", 6000, SCOPE);
      record(ledger, "train-1", new JournalEntry.Uploaded(of("one"), of("root"), of("input")));
      ledger.sending("s", "train-1", "masked vector", 821, SCOPE);
      record(ledger, "train-1", new JournalEntry.Consented(of("one"), of("d3"), ABC));
      record(ledger, "train-1", new JournalEntry.Answered(of("one"), of("d3"), ABC, List.of("d")));
      record(ledger, "train-3", begun("three", 3));
      ledger.note("s", "train-3", "left", "coordinator broke SURVIVOR_FLOOR: too few");
    }
  }

  @Test
  void aRoundIsToldWithWhatWasSentAndWhoWasInIt() throws Exception {
    List<Round> rounds = RoundHistory.read(file).rounds();
    assertThat(rounds).extracting(Round::name).containsExactly("train-1", "train-3");
    Round first = rounds.getFirst();
    assertThat(first.bytes()).isEqualTo(6821);
    assertThat(first.vectorBytes()).isEqualTo(821);
    assertThat(first.messages()).isEqualTo(2);
    assertThat(first.answered().orElseThrow().survivors()).isEqualTo(ABC);
    assertThat(first.answered().orElseThrow().recovered()).containsExactly("d");
    assertThat(rounds.getLast().answered()).isEmpty();
    assertThat(rounds.getLast().notes())
        .containsExactly("left: coordinator broke SURVIVOR_FLOOR: too few");
  }

  /// Round 3 starts from the state after round 2, of which this site knows nothing.
  @Test
  void sumsThatWereTakenWithoutThisSiteAreCounted() throws Exception {
    RoundHistory history = RoundHistory.read(file);
    assertThat(history.journal().sums(SCOPE, "train")).containsExactly(ABC);
    assertThat(history.journal().unknownSums(SCOPE, "train")).isEqualTo(1);
    assertThat(history.journal().unknownSums(of("another"), "train")).isZero();
  }

  /// What the agent refuses, this refuses, with the same words.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "",
        "{}",
        "{\"what\":\"sent\"} {\"what\":\"sent\"}",
        "{\"what\":\"opened\",\"entry\":{}}",
        "\u00ff"
      })
  void aDamagedLineIsNamedWithWhatToDoLastOrNot(String line) throws Exception {
    byte[] damaged = (line + "\n").getBytes(StandardCharsets.ISO_8859_1);
    Files.write(file, damaged, StandardOpenOption.APPEND);
    for (int after = 0; after < 2; after++) {
      assertThatIOException()
          .isThrownBy(() -> RoundHistory.read(file))
          .withMessageContaining("line 10 is damaged")
          .withMessageContaining("restore the ledger");
      Files.writeString(
          file,
          Files.readAllLines(file, StandardCharsets.ISO_8859_1).get(1) + "\n",
          StandardOpenOption.APPEND);
    }
  }

  @Test
  void aLineThatIsBeingWrittenIsPassedOver() throws Exception {
    Files.writeString(file, "{\"at\":\"2026-01-01T0", StandardOpenOption.APPEND);
    assertThat(RoundHistory.read(file).rounds()).hasSize(2);
  }

  private static void record(EgressLedger ledger, String round, JournalEntry entry)
      throws Exception {
    assertThat(ledger.record(entry, "s", round)).isEmpty();
  }

  private static JournalEntry.Begun begun(String name, long number) {
    return new JournalEntry.Begun(
        of(name), "s", number, "train", SCOPE, of("state " + name), ABCD, 3);
  }

  private static Digest of(String name) {
    return Digest.ofText(name);
  }
}
