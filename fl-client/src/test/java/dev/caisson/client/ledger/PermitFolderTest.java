package dev.caisson.client.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.journal.JournalEntry;
import dev.caisson.secagg.journal.Permit;
import dev.caisson.trust.IdentityKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What somebody else may have put among the permits.
final class PermitFolderTest {
  private static final IdentityKey KEY = IdentityKey.generate();
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
    assertThat(permits.read()).containsExactly(new JournalEntry.Permitted(PERMIT));
  }
}
