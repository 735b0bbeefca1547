package dev.caisson.server.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.server.store.CoordinatorDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A coordinator's home is whole or may be made again, wherever `init` died.
final class CoordinatorHomeTest {
  private static final String UNFINISHED = "init.unfinished";

  @TempDir private Path folder;

  private Path home() {
    return folder.resolve("home");
  }

  private KeyFiles init() throws Exception {
    return CoordinatorHome.init(home(), "Test", 30, InstantSource.system());
  }

  private boolean hasAuthority() throws IOException {
    return CoordinatorHome.authority(
            home(), CoordinatorDatabase.open(home()), InstantSource.system())
        .isPresent();
  }

  private void assertWhole(KeyFiles made) throws Exception {
    assertThat(KeyFiles.load(home().resolve("keys")).certificate()).isEqualTo(made.certificate());
    assertThat(hasAuthority()).isTrue();
    try (Stream<Path> all = Files.walk(home())) {
      assertThat(all.map(file -> file.getFileName().toString()))
          .doesNotContain(UNFINISHED)
          .noneMatch(name -> name.endsWith(".part"));
    }
    assertThatThrownBy(this::init).isInstanceOf(RefusedException.class);
    assertThat(KeyFiles.load(home().resolve("keys")).certificate())
        .as("of a whole home nothing is touched")
        .isEqualTo(made.certificate());
  }

  @Test
  void anInterruptedInitMayBeGivenAgain() throws Exception {
    Files.createDirectories(home().resolve("keys"));
    Files.writeString(home().resolve("keys/.tls.pem-0011223344556677.part"), "half a secret");
    Files.writeString(home().resolve("keys/identity.key"), "torn");
    Files.writeString(home().resolve(".authority.pem-0011223344556677.part"), "half a secret");
    Files.writeString(home().resolve("coordinator.db"), "no database yet");
    Files.writeString(home().resolve("coordinator.db-wal"), "nor its log");
    Files.writeString(home().resolve(UNFINISHED), "");
    assertWhole(init());
  }

  @Test
  void aHomeThatLacksOnlyItsAuthorityMayBeMadeAgain() throws Exception {
    KeyFiles first = init();
    Files.delete(home().resolve("authority.pem"));
    Files.writeString(home().resolve(UNFINISHED), "");
    KeyFiles second = init();
    assertThat(second.authority()).isNotEqualTo(first.authority());
    assertWhole(second);
  }

  @Test
  void aHomeThatIsNotWholeServesNobodyAndSaysWhatToDo() throws Exception {
    init();
    Files.delete(home().resolve("authority.pem"));
    Files.writeString(home().resolve(UNFINISHED), "");
    assertThatThrownBy(this::hasAuthority)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'caisson coordinator init' did not end there: give it again");
  }

  /// Killed between the last two steps.
  @Test
  void aWholeHomeWithTheMarkStillThereIsAHome() throws Exception {
    KeyFiles made = init();
    Files.writeString(home().resolve(UNFINISHED), "");
    assertThatThrownBy(this::init).hasMessageContaining("is a home already");
    assertWhole(made);
    assertThat(hasAuthority()).isTrue();
    assertThat(home().resolve(UNFINISHED)).doesNotExist();
  }

  @Test
  void keysThatInitDidNotBeginAreNotTouched() throws Exception {
    Files.createDirectories(home().resolve("keys"));
    Files.writeString(home().resolve("keys/identity.key"), "somebody's");
    assertThatThrownBy(this::init)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("has keys that this command did not begin");
    assertThat(home().resolve("keys/identity.key")).hasContent("somebody's");
  }
}
