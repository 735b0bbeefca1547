package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.ledger.PermitFolder;
import dev.caisson.protocol.round.Purpose;
import dev.caisson.secagg.RoundManifest;
import dev.caisson.secagg.coordinator.Outcome;
import dev.caisson.secagg.coordinator.SumResult;
import dev.caisson.secagg.journal.Permit;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sites that crash, restart, or come back with an older memory.
final class RestoredSiteTest {
  private static final String[] FOUR = {"a", "b", "c", "d"};

  @TempDir Path folder;
  private Rounds rounds;

  @BeforeEach
  void open() throws Exception {
    rounds = new Rounds(folder, FOUR);
  }

  @AfterEach
  void close() throws Exception {
    rounds.close();
  }

  @Test
  void aSiteThatRestartsIsADropoutOfThatRoundAndNeverRejoinsIt() throws Exception {
    RoundManifest manifest = first();
    assertThat(rounds.play(manifest, Optional.empty(), Map.of("d", 3)))
        .isInstanceOf(Outcome.Next.class);
    rounds.site("d").restart();
    rounds.play(manifest, Optional.empty());
    assertThat(rounds.sites.values())
        .allSatisfy(
            site ->
                assertThat(site.left)
                    .singleElement()
                    .asString()
                    .contains("BEGUN_ONCE", "began the round before"));
  }

  @Test
  void anOrdinaryRestartIsNoRollback() throws Exception {
    assertThat(rounds.play(first(), Optional.empty(), Map.of("d", 1)))
        .isInstanceOf(Outcome.Next.class);
    for (Rounds.Site site : rounds.sites.values()) {
      site.restart();
    }
    assertThat(rounds.play(first(), Optional.empty(), Map.of("d", 3)))
        .isInstanceOf(Outcome.Next.class);
    assertThat(rounds.sites.values()).allMatch(site -> site.left.isEmpty());
  }

  /// d's disk comes back as it was before it had answered anything; its peers remember.
  @Test
  void aSiteFromAnOldBackupHaltsAndStaysHalted() throws Exception {
    Path backup = rounds.site("d").backup();
    assertThat(rounds.play(first(), Optional.empty(), Map.of("d", 5)))
        .isInstanceOf(Outcome.Next.class);
    rounds.site("d").restore(backup);
    Outcome<SumResult> second = rounds.play(first(), Optional.empty(), Map.of());
    assertThat(rounds.site("d").left)
        .singleElement()
        .asString()
        .contains("d broke OWN_JOURNAL", "a, b, c saw this site's journal at height");
    assertThat(rounds.site("d").ledger().journal().halted()).isPresent();
    assertThat(second).as("a, b, c answered for four").isInstanceOf(Outcome.Aborted.class);

    rounds.site("d").restart();
    rounds.play(first(), Optional.empty(), Map.of());
    assertThat(rounds.site("d").left).hasSize(2);
    assertThat(rounds.site("d").left.getLast())
        .contains("d broke HALTED: it is halted", "custodian");
  }

  @Test
  void aHaltedSiteGoesOnWhenItsCustodianSaysSo() throws Exception {
    Path backup = rounds.site("d").backup();
    for (int i = 0; i < 5; i++) {
      assertThat(rounds.play(first(), Optional.empty(), Map.of("d", 3)))
          .isInstanceOf(Outcome.Next.class);
    }
    Rounds.Site d = rounds.site("d");
    d.restore(backup);
    rounds.play(first(), Optional.empty(), Map.of());
    long claimed = d.ledger().journal().halted().orElseThrow().height();
    new PermitFolder(PermitFolder.beside(d.ledgerFile), "d", d.key.identity())
        .leave(new Permit.Resume("d", claimed, "restored after a disk failure", 1), d.key);
    for (Rounds.Site site : rounds.sites.values()) {
      site.left.clear();
    }
    assertThat(rounds.play(first(), Optional.empty(), Map.of("d", 3)))
        .as("the same three as before; its peers accept d's keys and shares")
        .isInstanceOf(Outcome.Next.class);
    assertThat(rounds.sites.values()).allMatch(site -> site.left.isEmpty());
  }

  private RoundManifest first() {
    return rounds.manifest(Purpose.TRAIN, 1, rounds.firstState(), FOUR);
  }
}
