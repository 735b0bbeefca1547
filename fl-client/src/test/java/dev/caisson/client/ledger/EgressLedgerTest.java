package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EgressLedgerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
  private static final IdentityKey KEY = IdentityKey.generate();
  private static final Digest SCOPE = Digest.ofText("scope");
  private static final Digest STATE = Digest.ofText("state");
  private static final List<String> ABC = List.of("a", "b", "c");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("ledger.jsonl");
  }

  @Test
  void whatWasBegunAndAnsweredStaysSoAcrossRestarts() throws Exception {
    long height;
    try (EgressLedger ledger = open()) {
      answer(ledger, "one", ABC);
      height = ledger.journal().height();
    }
    try (EgressLedger ledger = open()) {
      assertThat(ledger.journal().height()).as("opened again").isEqualTo(height + 1);
      assertThat(ledger.journal().spentFor(SCOPE, STATE)).contains("train");
      assertThat(ledger.journal().answered(SCOPE, "train")).isEqualTo(1);
      assertRefused(ledger.record(begun("one"), "s", "train-1"), Rule.BEGUN_ONCE);
      begin(ledger, "two");
      assertRefused(
          ledger.record(
              new JournalEntry.Uploaded(manifest("two"), STATE, Digest.ofText("other input")),
              "s",
              "train-2"),
          Rule.SPENT_STATE);
    }
  }

  @Test
  void whatTheJournalRefusesIsNotWritten() throws Exception {
    try (EgressLedger ledger = open()) {
      answer(ledger, "one", ABC);
      List<String> before = Files.readAllLines(file);
      assertRefused(ledger.record(begun("one"), "s", "train-1"), Rule.BEGUN_ONCE);
      assertThat(Files.readAllLines(file)).isEqualTo(before);
    }
  }

  /// The file is read by people too; this is what one entry and one message look like.
  @Test
  void everythingIsOneLineForPeople() throws Exception {
    try (EgressLedger ledger = open()) {
      ledger.record(begun("one"), "s", "train-1");
      ledger.sending("s", "train-1", "keys", 17, STATE);
      ledger.note("s", "refused", "with a \"quote\"\nand a line break");
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.get(0)).contains("\"what\":\"opened\"", "\"incarnation\":");
    assertThat(lines.subList(1, 4))
        .containsExactly(
            ("{\"at\":\"2026-03-01T12:00:00Z\",\"what\":\"begun\",\"study\":\"s\",\"round\":\"train-1\","
                    + "\"entry\":{\"manifest\":\"%s\",\"study\":\"s\",\"number\":1,\"purpose\":\"train\","
                    + "\"scope\":\"%s\",\"state\":\"%s\",\"cohort\":[\"a\",\"b\",\"c\"],\"threshold\":3}}")
                .formatted(manifest("one"), SCOPE, STATE),
            "{\"at\":\"2026-03-01T12:00:00Z\",\"what\":\"sent\",\"study\":\"s\",\"round\":\"train-1\","
                + "\"message\":\"keys\",\"bytes\":17,\"digest\":\""
                + STATE
                + "\"}",
            "{\"at\":\"2026-03-01T12:00:00Z\",\"what\":\"refused\",\"study\":\"s\","
                + "\"text\":\"with a \\\"quote\\\"\\nand a line break\"}");
  }

  @Test
  void everyKindOfEntryReadsBackAsItWasWritten() {
    TreeMap<String, Sighting> sightings = new TreeMap<>(Map.of("b", new Sighting(-5, 7)));
    Digest d = Digest.ofText("d");
    for (JournalEntry entry :
        List.of(
            new JournalEntry.Opened(-1),
            begun("one"),
            new JournalEntry.Keyed(d, STATE, sightings),
            new JournalEntry.Uploaded(d, STATE, SCOPE),
            new JournalEntry.Consented(d, STATE, ABC),
            new JournalEntry.Answered(d, STATE, ABC, List.of("x")),
            new JournalEntry.Succeeded(d, STATE, SCOPE),
            new JournalEntry.Halted(d, sightings),
            new JournalEntry.Permitted(new Permit.AnswerAgain("a", SCOPE, STATE, "why", 5)),
            new JournalEntry.Permitted(new Permit.Resume("a", 9, "why", 5)))) {
      var line =
          new com.fasterxml.jackson.databind.ObjectMapper()
              .createObjectNode()
              .put("what", JournalLines.kind(entry))
              .set("entry", JournalLines.write(entry));
      assertThat(JournalLines.read(line)).contains(entry);
    }
  }

  /// What a line announces is sent only after the line is written: a torn one announced nothing.
  @Test
  void remembersWhatItAnsweredBeforeALineThatWasCutShort() throws Exception {
    try (EgressLedger ledger = open()) {
      answer(ledger, "one", ABC);
    }
    Files.writeString(file, "{\"at\":\"2026-01-01T0", StandardOpenOption.APPEND);
    try (EgressLedger again = open()) {
      assertThat(again.journal().spentFor(SCOPE, STATE)).isPresent();
      again.note("s", "note", "goes on");
    }
    assertThat(Files.readAllLines(file)).allMatch(line -> line.endsWith("}"));
  }

  @Test
  void bytesThatAreNoTextDamageTheirLine() throws Exception {
    Files.write(file, new byte[] {(byte) 0xff, '\n'});
    assertThatIOException().isThrownBy(this::open).withMessageContaining("line 1 is damaged");
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
        "{\"what\":\"begun\",\"study\":\"s\"}",
        "{\"what\":\"opened\",\"entry\":{}}",
        "{\"what\":\"begun\",\"entry\":5}",
        "{\"what\":\"checked\",\"entry\":null}",
        "{\"what\":\"opened\",\"entry\":{\"incarnation\":null}}",
        "{\"what\":\"opened\",\"entry\":{\"incarnation\":1,\"more\":2}}",
        "{\"what\":\"succeeded\",\"entry\":{\"manifest\":\"sha256:12\",\"sum\":\"\",\"successor\":\"\"}}",
        "{\"what\":\"permitted\",\"entry\":{\"permit\":{\"kind\":\"anything\"}}}"
      })
  void aDamagedLineIsRefusedAndNamed(String line) throws Exception {
    open().close();
    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatIOException()
          .isThrownBy(this::open)
          .withMessageContaining("line 2 is damaged")
          .withMessageContaining("restore the ledger");
    }
  }

  /// Entries out of their order: a line was taken out by hand.
  @Test
  void anAnswerToARoundThatNeverBeganIsDamageToo() throws Exception {
    try (EgressLedger ledger = open()) {
      answer(ledger, "one", ABC);
    }
    List<String> lines = Files.readAllLines(file);
    lines.remove(1);
    Files.write(file, lines);
    assertThatIOException().isThrownBy(this::open).withMessageContaining("is damaged");
  }

  /// The thread of a study that ends is interrupted, perhaps while it writes.
  @Test
  void anInterruptedStudyLeavesTheLedgerOpenForTheOthers() throws Exception {
    try (EgressLedger ledger = open()) {
      Thread.currentThread().interrupt();
      ledger.note("one", "left", "train-1: interrupted");
      assertThat(Thread.interrupted()).isTrue();
      begin(ledger, "one");
    }
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @Test
  void twoAgentsInOneHomeAreRefused() throws Exception {
    try (EgressLedger _ = open()) {
      assertThatIOException()
          .isThrownBy(this::open)
          .withMessageContaining("another agent runs in this home");
    }
  }

  @Test
  void aPermitByTheSitesKeyCountsOnceAndNoOtherDoes() throws Exception {
    Permit.AnswerAgain permit = new Permit.AnswerAgain("b", SCOPE, STATE, "c's disk died", 1);
    PermitFolder permits = new PermitFolder(PermitFolder.beside(file), "b", KEY.identity());
    try (EgressLedger ledger = open()) {
      answer(ledger, "one", List.of("a", "b", "c", "d"));
      begin(ledger, "two");
      JournalEntry other = new JournalEntry.Consented(manifest("two"), STATE, ABC);
      ledger.record(uploaded("two"), "s", "train-2");
      assertRefused(ledger.record(other, "s", "train-2"), Rule.SPENT_STATE);
      permits.leave(permit, IdentityKey.generate());
      permits.leave(new Permit.AnswerAgain("a", SCOPE, STATE, "for another site", 1), KEY);
      Files.writeString(folder.resolve("permits/garbage.permit"), "garbage");
      assertRefused(ledger.record(other, "s", "train-2"), Rule.SPENT_STATE);
      permits.leave(permit, KEY);
      assertThat(ledger.record(other, "s", "train-2")).isEmpty();
      assertThat(
              ledger.record(
                  new JournalEntry.Answered(manifest("two"), STATE, ABC, List.of()), "s", ""))
          .isEmpty();
      permits.leave(permit, KEY); // signed anew, the same decision
      begin(ledger, "three");
      ledger.record(uploaded("three"), "s", "train-3");
      assertRefused(
          ledger.record(
              new JournalEntry.Consented(manifest("three"), STATE, List.of("a", "b", "d")),
              "s",
              "train-3"),
          Rule.SPENT_STATE);
    }
  }

  private static void answer(EgressLedger ledger, String name, List<String> survivors)
      throws Exception {
    begin(ledger, name);
    for (JournalEntry entry :
        List.of(
            uploaded(name),
            new JournalEntry.Consented(manifest(name), STATE, survivors),
            new JournalEntry.Answered(manifest(name), STATE, survivors, List.of()))) {
      assertThat(ledger.record(entry, "s", "train-1")).isEmpty();
    }
  }

  private static void begin(EgressLedger ledger, String name) throws Exception {
    assertThat(ledger.record(begun(name), "s", "train-1")).isEmpty();
  }

  private static JournalEntry.Begun begun(String name) {
    return new JournalEntry.Begun(manifest(name), "s", 1, "train", SCOPE, STATE, ABC, 3);
  }

  private static JournalEntry.Uploaded uploaded(String name) {
    return new JournalEntry.Uploaded(manifest(name), STATE, Digest.ofText("input"));
  }

  private static Digest manifest(String name) {
    return Digest.ofText("manifest " + name);
  }

  private static void assertRefused(Optional<Fault> fault, Rule rule) {
    assertThat(fault).map(Fault::rule).contains(rule);
  }

  private EgressLedger open() throws Exception {
    return EgressLedger.open(file, CLOCK, "b", KEY.identity());
  }
}
