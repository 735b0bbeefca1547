package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.trust.Digest;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A ledger's lines tell rounds over sparse graphs from others; lines from before there were any
/// are read as they were.
final class SparseLedgerTest {
  private static final Digest ANY = Digest.ofText("any");

  private static JournalEntry.Begun begun(boolean repeatable) {
    return new JournalEntry.Begun(
        ANY, "s", 1, "train", ANY, ANY, List.of("a", "b", "c"), 3, repeatable);
  }

  @Test
  void aRoundOverASparseGraphReadsBackAsOne() {
    assertThat(JournalLines.write(begun(false)).path("repeatable").isBoolean()).isTrue();
    assertThat(read(begun(false))).isEqualTo(begun(false));
  }

  @Test
  void aRoundOverACompleteGraphIsWrittenAsItEverWas() {
    assertThat(JournalLines.write(begun(true)).has("repeatable")).isFalse();
    assertThat(read(begun(true))).isEqualTo(begun(true));
  }

  private static JournalEntry read(JournalEntry entry) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("what", JournalLines.kind(entry));
    line.set("entry", JournalLines.write(entry));
    return JournalLines.read(line).orElseThrow();
  }
}
