package dev.caisson.cli.custody;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.IdentityKey;
import dev.caisson.trust.Roster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Exit codes and words where there is nothing to verify; that a kept round verifies is claimed in
/// RepeatedSumsTest.
final class VerifyRoundCommandTest {
  private static final Digest ANY = Digest.ofText("any");

  @TempDir Path home;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void aRoundThatWasAnsweredAndFoundWrong() throws Exception {
    Identity identity = IdentityKey.generate().identity();
    Files.write(home.resolve("coordinator.identity"), identity.encoded());
    Files.write(home.resolve("federation.roster"), new Roster(Map.of("a", identity)).encoded());
    try (EgressLedger ledger =
        EgressLedger.open(home.resolve("ledger.jsonl"), Clock.systemUTC(), "a", identity)) {
      List<String> all = List.of("a", "b", "c");
      for (JournalEntry entry :
          List.of(
              new JournalEntry.Begun(ANY, "s-1", 1, "train", ANY, ANY, all, 3),
              new JournalEntry.Keyed(ANY, ANY, new TreeMap<>()),
              new JournalEntry.Uploaded(ANY, ANY, ANY),
              new JournalEntry.Consented(ANY, ANY, all),
              new JournalEntry.Answered(ANY, ANY, all, List.of()),
              new JournalEntry.Checked(
                  ANY, JournalEntry.Checked.Result.WRONG, ANY, "coordinator: lied"))) {
        assertThat(ledger.record(entry, "s-1", "train-1")).isEmpty();
      }
    }
  }

  @Test
  void aRoundOfWhichNothingIsKeptIsUnverified() {
    assertThat(run("--study", "s-1", "--round", "train-1")).isEqualTo(3);
    assertThat(out.toString())
        .contains("then      wrong: coordinator: lied")
        .contains("now       unverified: nothing is kept of this round");
  }

  @Test
  void jsonSaysTheSame() throws Exception {
    assertThat(run("--study", "s-1", "--round", "train-1", "--json")).isEqualTo(3);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("outcome").textValue()).isEqualTo("unverified");
    assertThat(json.get("outcomeThen").textValue()).isEqualTo("wrong");
    assertThat(json.get("d3").textValue()).isEqualTo(ANY.toString());
  }

  @Test
  void aRoundThatTheLedgerDoesNotHaveIsAFailure() {
    assertThat(run("--study", "s-1", "--round", "train-9")).isEqualTo(1);
    assertThat(run("--study", "s-1", "--round", "train-1", "--manifest", "sha256:00")).isEqualTo(1);
    assertThat(run("--study", "s-1")).isEqualTo(2);
  }

  private int run(String... args) {
    CommandLine command = new CommandLine(new VerifyRoundCommand());
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    String[] all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 2, args.length);
    all[0] = "--home";
    all[1] = home.toString();
    return command.execute(all);
  }
}
