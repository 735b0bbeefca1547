package dev.caisson.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.protocol.operations.HomeLock;
import dev.caisson.protocol.operations.Status;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.Digest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class BackupTest {
  @TempDir private Path folder;
  private Path home;
  private Path backup;

  @BeforeEach
  void home() throws IOException {
    home = folder.resolve("coordinator");
    backup = folder.resolve("monday.zip");
    KeyFiles.create(
        Files.createDirectories(home).resolve("keys"),
        new FederationAuthority("test", Instant.now(), Duration.ofDays(1)),
        new Caller("coordinator", Role.COORDINATOR));
    Files.createDirectories(home.resolve("blobs"));
    Files.writeString(home.resolve("blobs/aa"), "a state");
    Files.writeString(home.resolve("blobs/incoming-1.part"), "half a model");
    Files.createDirectories(home.resolve("rounds"));
    Files.writeString(home.resolve("rounds/round-1"), "uploads");
  }

  @Test
  void putsBackTheHomeOfARunningCoordinatorAsItWas() throws IOException {
    CoordinatorDatabase database = CoordinatorDatabase.open(home);
    try (HomeLock _ = HomeLock.take(home)) {
      database.useTransaction(
          sql -> sql.execute("INSERT INTO coordinator VALUES (1, 'on a Monday')"));
      assertThat(run(new BackupCommand(), "--home", home, "--out", backup)).startsWith("0 ");
      database.useTransaction(sql -> sql.execute("DELETE FROM coordinator"));
    }
    Path again = folder.resolve("again");
    assertThat(run(new RestoreCommand(), backup, "--home", again))
        .contains("the home of coordinator 'coordinator'");

    SortedMap<String, byte[]> files = contents(again);
    assertThat(files.keySet())
        .containsExactlyElementsOf(
            Stream.concat(
                    contents(home.resolve("keys")).keySet().stream().map("keys/"::concat),
                    Stream.of("blobs/aa", "coordinator.db"))
                .sorted()
                .toList());
    assertThat(files.get("blobs/aa")).isEqualTo("a state".getBytes(StandardCharsets.UTF_8));
    assertThat(KeyFiles.load(again.resolve("keys")).identity().identity())
        .isEqualTo(KeyFiles.load(home.resolve("keys")).identity().identity());
    assertThat(
            CoordinatorDatabase.open(again)
                .<String, RuntimeException>inTransaction(
                    sql ->
                        sql.createQuery("SELECT created_at FROM coordinator")
                            .mapTo(String.class)
                            .one()))
        .isEqualTo("on a Monday");
    try (Stream<Path> left = Files.list(home)) {
      assertThat(left.filter(path -> path.toString().contains("backup-"))).isEmpty();
    }
  }

  @Test
  void isItsOwnersAloneAndWritesOverNothing() throws IOException {
    run(new BackupCommand(), "--home", home, "--out", backup);
    assertThat(Files.getPosixFilePermissions(backup))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(run(new BackupCommand(), "--home", home, "--out", backup)).contains("there already");
    assertThat(run(new BackupCommand(), "--home", home, "--out", home.resolve("b.zip")))
        .contains("inside the home");
    run(new RestoreCommand(), backup, "--home", folder.resolve("again"));
    assertThat(run(new RestoreCommand(), backup, "--home", folder.resolve("again")))
        .contains("is not empty");
  }

  @Test
  void refusesADamagedBackupAndLeavesNothing() throws IOException {
    run(new BackupCommand(), "--home", home, "--out", backup);
    byte[] bytes = Files.readAllBytes(backup);
    for (int at : List.of(40, bytes.length / 2, bytes.length - 30)) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x10;
      Files.write(backup, damaged);
      assertThat(run(new RestoreCommand(), backup, "--home", folder.resolve("again")))
          .as("byte %d", at)
          .startsWith("1 ");
      assertThat(folder.resolve("again")).doesNotExist();
    }
    Files.write(backup, java.util.Arrays.copyOf(bytes, bytes.length - 100)); // cut off
    assertThat(run(new RestoreCommand(), backup, "--home", folder.resolve("again")))
        .startsWith("1 ");
    assertThat(folder.resolve("again.part")).doesNotExist();
  }

  @Test
  void refusesAnArchiveThatWouldLeaveTheHome() throws IOException {
    for (String path : List.of("../escaped", "/escaped", "keys/../../escaped")) {
      Files.deleteIfExists(backup);
      archive(path, "caisson/backup/v1\n" + "0".repeat(64) + " " + path + "\n");
      assertThat(run(new RestoreCommand(), backup, "--home", folder.resolve("again")))
          .contains("leaves the home");
    }
    Files.delete(backup);
    archive("surprise", "caisson/backup/v1\n");
    assertThat(run(new RestoreCommand(), backup, "--home", folder.resolve("again")))
        .contains("'surprise' is not in its list");
    assertThat(folder.resolve("escaped")).doesNotExist();
  }

  @Test
  void refusesAListThatIsTooLongBeforeItIsRead() throws IOException {
    archive("a", "caisson/backup/v1\n" + "x".repeat(17 << 20));
    assertThat(run(new RestoreCommand(), backup, "--home", folder.resolve("again")))
        .contains("or too long");
  }

  /// The size in the archive's directory, at its 24th byte, is 1 for an entry of 5,000 bytes.
  @Test
  void refusesAnEntryThatIsLongerThanItSays() throws IOException {
    String list = "caisson/backup/v1\n" + Digest.of(new byte[5000]).hex() + " a\n";
    archive("a", new byte[5000], list);
    byte[] bytes = Files.readAllBytes(backup);
    int at = bytes.length;
    for (int i = 0; i + 46 < bytes.length; i++) {
      if (bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 1 && bytes[i + 3] == 2) {
        at = Math.min(at, i);
      }
    }
    Arrays.fill(bytes, at + 24, at + 28, (byte) 0);
    bytes[at + 24] = 1;
    Files.write(backup, bytes);
    assertThat(run(new RestoreCommand(), backup, "--home", folder.resolve("again")))
        .startsWith("1 ")
        .contains("is no whole backup");
    assertThat(folder.resolve("again.part")).doesNotExist();
  }

  @Test
  void namesTheLinksThatItDoesNotFollow() throws IOException {
    Path table = Files.writeString(folder.resolve("table.csv"), "rows");
    Files.createSymbolicLink(home.resolve("table.csv"), table);
    Files.createSymbolicLink(home.resolve("blobs/again"), home);
    assertThat(run(new BackupCommand(), "--home", home, "--out", backup))
        .contains("NOT in it, since they are links: blobs/again, table.csv");
  }

  @Test
  void writesNoBackupThatCouldNotBePutBack() throws IOException {
    Files.createFile(home.resolve("a\u001bb"));
    assertThat(run(new BackupCommand(), "--home", home, "--out", backup))
        .startsWith("1 ")
        .contains("has a name that no backup can hold");
    assertThat(backup).doesNotExist();
  }

  @Test
  void refusesWhatIsNoHome() throws IOException {
    archive("a", new byte[1], "caisson/backup/v1\n" + Digest.of(new byte[1]).hex() + " a\n");
    assertThat(run(new RestoreCommand(), backup, "--home", folder.resolve("again")))
        .contains("holds no home: there are no keys in it");
  }

  @Test
  void saysWhetherTheProcessRuns() throws IOException {
    assertThat(run(new StatusCommand(), "--home", home)).contains("no process of this version");
    new Status(
            "coordinator", "c", 7, "caisson", 3, "then", "later", true, List.of(), new TreeMap<>())
        .write(home);
    assertThat(run(new StatusCommand(), "--home", home)).startsWith("4 ").contains("NOT running");
    try (HomeLock _ = HomeLock.take(home)) {
      assertThat(run(new StatusCommand(), "--home", home, "--json"))
          .startsWith("0 ")
          .contains("\"running\":true");
    }
  }

  private void archive(String entry, String list) throws IOException {
    archive(entry, new byte[] {1}, list);
  }

  private void archive(String entry, byte[] content, String list) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(backup))) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content);
      zip.putNextEntry(new ZipEntry("caisson-backup.txt"));
      zip.write(list.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static SortedMap<String, byte[]> contents(Path in) throws IOException {
    SortedMap<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(in)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        contents.put(in.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  /// Exit code and everything printed.
  private static String run(Object command, Object... arguments) {
    StringWriter words = new StringWriter();
    PrintWriter out = new PrintWriter(words, true);
    int code =
        new CommandLine(command)
            .setOut(out)
            .setErr(out)
            .setExecutionExceptionHandler(
                (failure, _, _) -> {
                  out.println(failure.getMessage());
                  return 1;
                })
            .execute(Stream.of(arguments).map(String::valueOf).toArray(String[]::new));
    return code + " " + words;
  }
}
