package dev.caisson.cli.custody;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.client.ledger.RoundHistory;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The words for rounds in which not all is well.
final class RoundsReportTest {
  private static final Digest SCOPE = Digest.ofText("scope");

  @TempDir Path folder;
  private EgressLedger ledger;

  @BeforeEach
  void open() throws Exception {
    ledger =
        EgressLedger.open(
            folder.resolve("ledger.jsonl"),
            Clock.systemUTC(),
            "a",
            IdentityKey.generate().identity());
  }

  @AfterEach
  void close() throws Exception {
    ledger.close();
  }

  @Test
  void whoeverIsLeftAloneByTheSumsIsWarned() throws Exception {
    round(1, "a", "b", "c", "d");
    round(2, "a", "b", "c", "d", "e", "f");
    round(3, "b", "c", "d", "e", "f", "a");
    round(4, "b", "c", "d");
    assertThat(words()).contains("WARNING: a combination of its 4 training sums leaves this site");
    assertThat(study().get("singlesOutThisSite").booleanValue()).isTrue();
  }

  @Test
  void whoeverAnsweredEverySumOfAWholeCohortIsTold() throws Exception {
    round(1, "a", "b", "c");
    round(2, "a", "b", "c");
    assertThat(words()).contains("no combination of its 2 training sums leaves this site alone");
    assertThat(study().get("singlesOutThisSite").booleanValue()).isFalse();
  }

  /// Round 2 was summed over others: with {a, b, c, d} less {b, c, d} this site would be alone, and
  /// it does not know who was in that sum.
  @Test
  void whoeverMissedASumIsNotToldThatAllIsWell() throws Exception {
    round(1, "a", "b", "c", "d");
    round(3, "a", "b", "c", "d");
    assertThat(words())
        .contains("cannot tell whether its sums together leave this site alone")
        .contains("1 training sums were taken that this site knows nothing of")
        .doesNotContain("no combination of its 2");
    assertThat(study().get("singlesOutThisSite").isNull()).isTrue();
    assertThat(study().get("sumsUnknown").longValue()).isEqualTo(1);
  }

  @Test
  void aRoundThatWasConsentedToAndNotAnsweredMayHaveBeenOpened() throws Exception {
    begin(1);
    record(new JournalEntry.Uploaded(of(1), SCOPE, SCOPE));
    record(new JournalEntry.Consented(of(1), SCOPE, List.of("a", "b", "c")));
    assertThat(words())
        .contains("not answered by this site; others may have opened one over a, b, c");
  }

  @Test
  void aHaltAndAWaitingPermitAreShown() throws Exception {
    begin(1);
    record(new JournalEntry.Halted(of(1), new TreeMap<>(Map.of("b", new Sighting(5, 90)))));
    assertThat(report(new Permit.Resume("a", 90, "a new disk", 1)))
        .contains("HALTED: b saw this site's journal further (height 90)", "or they lie")
        .contains("permit waiting to be taken in", "above 90", "a new disk");
  }

  private void round(int number, String... survivors) throws Exception {
    begin(number);
    record(new JournalEntry.Uploaded(of(number), SCOPE, SCOPE));
    record(new JournalEntry.Consented(of(number), SCOPE, List.of(survivors)));
    record(new JournalEntry.Answered(of(number), SCOPE, List.of(survivors), List.of()));
  }

  private void begin(int number) throws Exception {
    record(
        new JournalEntry.Begun(
            of(number),
            "s",
            number,
            "train",
            SCOPE,
            Digest.ofText("state " + number),
            List.of("a", "b", "c", "d", "e", "f"),
            3));
  }

  private void record(JournalEntry entry) throws Exception {
    assertThat(ledger.record(entry, "s", "train-1")).isEmpty();
  }

  private static Digest of(int number) {
    return Digest.ofText("manifest " + number);
  }

  private String words() throws Exception {
    return report();
  }

  private String report(Permit... waiting) throws Exception {
    StringWriter words = new StringWriter();
    PrintWriter out = new PrintWriter(words);
    rounds(waiting).print(out);
    out.flush();
    return words.toString();
  }

  private JsonNode study() throws Exception {
    return rounds().json().at("/studies/0");
  }

  private RoundsReport rounds(Permit... waiting) throws Exception {
    RoundHistory history = RoundHistory.read(folder.resolve("ledger.jsonl"));
    return new RoundsReport("a", history, history.rounds(), List.of(waiting));
  }
}
