package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.Fault;
import dev.caisson.secagg.Rule;
import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.secagg.journal.Sighting;
import dev.caisson.trust.Digest;
import dev.caisson.trust.IdentityKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What somebody else may have put among the permits.
final class PermitFolderTest {
  private static final IdentityKey KEY = IdentityKey.generate();
  private static final Digest STATE = Digest.ofText("state");
  private static final Permit PERMIT = new Permit.Resume("b", 9, "why", 5);

  @TempDir Path home;

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatIsNoPlainFileIsPassedOver() throws Exception {
    Path folder = PermitFolder.beside(home.resolve("ledger.jsonl"));
    PermitFolder permits = new PermitFolder(folder, "b", KEY.identity());
    permits.leave(PERMIT, KEY);
    Files.createSymbolicLink(folder.resolve("endless.permit"), Path.of("/dev/zero"));
    Files.createSymbolicLink(folder.resolve("nowhere.permit"), home.resolve("nothing"));
    Files.createDirectory(folder.resolve("folder.permit"));
    Process pipe =
        new ProcessBuilder("mkfifo", folder.resolve("pipe.permit").toString()).inheritIO().start();
    assertThat(pipe.waitFor(30, TimeUnit.SECONDS)).isTrue();
    Files.write(folder.resolve("huge.permit"), new byte[1 << 20]);
    assertThat(permits.read().values()).containsExactly(new JournalEntry.Permitted(PERMIT));
  }

  /// The custodian resumed this site once; the same old ledger comes back a second time.
  @Test
  void aPermitThatWasTakenInDoesNotCountForAnOlderLedger() throws Exception {
    Path file = home.resolve("ledger.jsonl");
    open(file).close();
    Path backup = Files.copy(file, home.resolve("backup"));
    try (EgressLedger ledger = open(file)) {
      ledger.record(halted(), "s", "train-1");
      new PermitFolder(PermitFolder.beside(file), "b", KEY.identity()).leave(PERMIT, KEY);
      assertThat(ledger.record(begun("one"), "s", "train-2")).isEmpty();
    }
    Files.copy(backup, file, StandardCopyOption.REPLACE_EXISTING);
    try (EgressLedger ledger = open(file)) {
      ledger.record(halted(), "s", "train-1");
      assertThat(ledger.record(begun("one"), "s", "train-2"))
          .map(Fault::rule)
          .contains(Rule.HALTED);
    }
  }

  private static JournalEntry halted() {
    return new JournalEntry.Halted(STATE, new TreeMap<>(Map.of("a", new Sighting(7, 9))));
  }

  private static JournalEntry begun(String name) {
    return new JournalEntry.Begun(
        Digest.ofText(name), "s", 1, "train", STATE, STATE, List.of("a", "b", "c"), 3);
  }

  private static EgressLedger open(Path file) throws Exception {
    return EgressLedger.open(file, Clock.systemUTC(), "b", KEY.identity());
  }
}
