package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that is full for a while, and takes half a line.
final class FailingDiskTest {
  private static final IdentityKey KEY = IdentityKey.generate();
  private static final Digest STATE = Digest.ofText("state");

  @TempDir Path folder;

  @Test
  void afterHalfALineNothingIsWrittenOrSentUntilARestart() throws Exception {
    try (EgressLedger ledger = open()) {
      ledger.record(begun("one"), "s", "train-1");
      fillDiskFor(ledger);
      assertThatIOException().isThrownBy(() -> ledger.record(begun("two"), "s", "train-2"));
      assertThatIOException()
          .as("there is room again, but behind half a line")
          .isThrownBy(() -> ledger.record(begun("two"), "s", "train-2"))
          .withMessageContaining("restart the site");
      assertThatIOException().isThrownBy(() -> ledger.sending("s", "train-1", "keys", 1, STATE));
    }
    try (EgressLedger ledger = open()) {
      assertThat(ledger.record(begun("two"), "s", "train-2")).isEmpty();
      assertThat(ledger.record(begun("one"), "s", "train-1")).isPresent();
    }
    assertThat(Files.readAllLines(folder.resolve("ledger.jsonl"))).hasSize(4);
  }

  /// The next write puts half of its bytes on the disk; those after it find room again.
  private void fillDiskFor(EgressLedger ledger) throws Exception {
    Field file = EgressLedger.class.getDeclaredField("file");
    file.setAccessible(true);
    file.set(ledger, new FullOnce(folder.resolve("ledger.jsonl")));
  }

  private static final class FullOnce extends FileOutputStream {
    private boolean full = true;

    FullOnce(Path file) throws IOException {
      super(file.toFile(), true);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      if (full) {
        full = false;
        write(bytes, 0, bytes.length / 2);
        throw new IOException("No space left on device");
      }
      super.write(bytes);
    }
  }

  private static JournalEntry.Begun begun(String name) {
    return new JournalEntry.Begun(
        Digest.ofText(name), "s", 1, "train", STATE, STATE, List.of("a", "b", "c"), 3);
  }

  private EgressLedger open() throws IOException {
    return EgressLedger.open(
        folder.resolve("ledger.jsonl"), Clock.systemUTC(), "b", KEY.identity());
  }
}
