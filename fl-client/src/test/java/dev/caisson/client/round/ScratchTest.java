package dev.caisson.client.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.client.ledger.EgressLedger;
import dev.caisson.trust.IdentityKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScratchTest {
  @TempDir Path home;

  private Path filled(Scratch scratch) throws Exception {
    return Files.write(scratch.file("sum"), new byte[] {1});
  }

  @Test
  void isItsOwnersAlone() throws Exception {
    Path file = filled(new Scratch(home.resolve("scratch"), "one"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void aStudyThatIsOverTakesItsFilesAndNobodyElses() throws Exception {
    Scratch one = new Scratch(home.resolve("scratch"), "one");
    Path mine = filled(one);
    Path others = filled(new Scratch(home.resolve("scratch"), "another"));
    one.clear();
    assertThat(mine).doesNotExist();
    assertThat(others).exists();
  }

  /// A desk that is ending does not take away what its successor has.
  @Test
  void twoDesksOfOneStudyHaveFilesOfTheirOwn() throws Exception {
    Scratch ending = new Scratch(home.resolve("scratch"), "one");
    Path its = filled(ending);
    Path mine = filled(new Scratch(home.resolve("scratch"), "one"));
    assertThat(mine).isNotEqualTo(its);
    ending.clear();
    assertThat(mine).exists();
  }

  @Test
  void aNewProcessRemovesWhatAnEarlierOneLeftAndNothingElse() throws Exception {
    IdentityKey key = IdentityKey.generate();
    Path ledger = home.resolve("ledger.jsonl");
    try (EgressLedger open = EgressLedger.open(ledger, Clock.systemUTC(), "a", key.identity())) {
      Scratch.clear(open);
      Path left = filled(Scratch.beside(open, "one"));
      Path note = Files.writeString(left.resolveSibling("note.txt"), "a custodian's own");
      Scratch.clear(open);
      assertThat(left).doesNotExist();
      assertThat(note).exists();
    }
  }
}
