package dev.caisson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WholeFileTest {
  private static final byte[] CONTENT = "a secret".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("identity.key");
  }

  @Test
  void isForItsOwnerAloneAndLeavesNoDraft() throws IOException {
    WholeFile.create(file, CONTENT);
    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(names()).containsExactly("identity.key");
  }

  @Test
  void neverReplacesAFileNotEvenOneThatAppearsBetweenDraftAndName() throws IOException {
    Path draft = WholeFile.draft(file);
    WholeFile.fill(draft, CONTENT);
    Files.writeString(file, "of another process");
    assertThatThrownBy(() -> WholeFile.publish(draft, file))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> WholeFile.create(file, CONTENT))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("of another process");
  }

  @Test
  void replacesAWholeFileByAWholeFileAndLeavesNoDraft() throws IOException {
    WholeFile.replace(file, new byte[10_000]);
    WholeFile.replace(file, CONTENT);
    assertThat(file).hasBinaryContent(CONTENT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(names()).containsExactly("identity.key");
  }

  /// What a process leaves that is killed before the file has its name.
  @Test
  void aDraftThatWasLeftIsInNobodysWay() throws IOException {
    WholeFile.fill(WholeFile.draft(file), CONTENT);
    assertThat(file).doesNotExist();
    WholeFile.create(file, CONTENT);
    assertThat(file).hasBinaryContent(CONTENT);
    Path other = WholeFile.draft(folder.resolve("tls.pem"));
    WholeFile.fill(other, CONTENT);
    WholeFile.removeDrafts(file);
    assertThat(names())
        .containsExactlyInAnyOrder("identity.key", String.valueOf(other.getFileName()));
  }

  @Test
  void removesWhatKilledProcessesLeftAndNothingThatIsBeingWritten() throws IOException {
    Path old = WholeFile.draft(file);
    WholeFile.fill(old, CONTENT);
    Path written = WholeFile.draft(file);
    WholeFile.fill(written, CONTENT);
    Path other = Files.writeString(folder.resolve(".notes.part"), "somebody's own");
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofMinutes(5)));
    Files.setLastModifiedTime(old, longAgo);
    Files.setLastModifiedTime(other, longAgo);
    WholeFile.removeOldDrafts(folder);
    assertThat(old).doesNotExist();
    assertThat(written).exists();
    assertThat(other).exists();
    WholeFile.removeOldDrafts(folder.resolve("elsewhere"));
  }

  /// A process whose files may have 1 KiB, less than an identity key needs: its write breaks off
  /// half-way, as on a full disk.
  @Test
  void aKeyThatCannotBeWrittenWholeIsNotThereAtAll() throws Exception {
    Process limited =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -f 1; exec \"$0\" -XX:-UsePerfData -Xmx64m -cp \"$1\" \"$2\" \"$3\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"),
                StoresOne.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(limited.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(limited.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(limited.exitValue()).as(said).isEqualTo(StoresOne.NOT_STORED);
    assertThat(names()).isEmpty();

    IdentityKey key = IdentityKey.generate();
    key.store(file);
    assertThat(IdentityKey.load(file).identity()).isEqualTo(key.identity());
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).toList().stream();
    }
  }

  static final class StoresOne {
    static final int NOT_STORED = 3;

    private StoresOne() {}

    public static void main(String[] args) {
      try {
        IdentityKey.generate().store(Path.of(args[0]));
      } catch (IOException e) {
        System.out.println(e);
        System.exit(NOT_STORED);
      }
    }
  }
}
