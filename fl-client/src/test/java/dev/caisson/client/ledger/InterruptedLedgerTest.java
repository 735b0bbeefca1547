package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.round.Purpose;
import dev.caisson.trust.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InterruptedLedgerTest {
  private static final Digest STATE = Digest.of(new byte[] {1});

  @TempDir private Path home;

  /// The thread of a study that ends is interrupted, perhaps while it writes.
  @Test
  void anInterruptedStudyLeavesTheLedgerOpenForTheOthers() throws Exception {
    Path file = home.resolve("ledger.jsonl");
    try (EgressLedger ledger = EgressLedger.open(file, Clock.systemUTC())) {
      Thread.currentThread().interrupt();
      ledger.note("one", "left", "train-1: interrupted");
      assertThat(Thread.interrupted()).isTrue();
      ledger.answering("other", Purpose.TRAIN, STATE, "train-1");
      assertThat(ledger.isSpent("other", Purpose.TRAIN, STATE)).isTrue();
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
  }
}
