package dev.caisson.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CoordinatorDatabaseTest {
  @TempDir private Path home;

  @Test
  void keepsWhatWasCommittedAndNothingElse() throws IOException {
    CoordinatorDatabase database = CoordinatorDatabase.open(home);
    database.useTransaction(
        sql -> sql.execute("CREATE TABLE probe (word TEXT PRIMARY KEY) STRICT"));
    database.useTransaction(sql -> sql.execute("INSERT INTO probe VALUES ('kept')"));
    assertThatThrownBy(
            () ->
                database.useTransaction(
                    sql -> {
                      sql.execute("INSERT INTO probe VALUES ('lost')");
                      sql.execute("INSERT INTO probe VALUES ('kept')");
                    }))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("UNIQUE");

    assertThat(
            CoordinatorDatabase.open(home)
                .<java.util.List<String>, RuntimeException>inTransaction(
                    sql -> sql.createQuery("SELECT word FROM probe").mapTo(String.class).list()))
        .containsExactly("kept");
  }

  @Test
  void logWrittenAheadStaysInPlaceWhileTheDatabaseIsHeld() throws IOException {
    CoordinatorDatabase database = CoordinatorDatabase.open(home);
    Path log = home.resolve(CoordinatorDatabase.FILE + "-wal");
    try (CoordinatorDatabase.Held _ = database.hold()) {
      database.useTransaction(
          sql -> sql.execute("CREATE TABLE probe (word TEXT PRIMARY KEY) STRICT"));
      assertThat(log).isNotEmptyFile();
    }
    assertThat(log).doesNotExist();
  }

  @Test
  void isItsOwnersAlone() throws IOException {
    CoordinatorDatabase.open(home);
    assertThat(Files.getPosixFilePermissions(home.resolve(CoordinatorDatabase.FILE)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void refusesAFileThatIsNoDatabase() throws IOException {
    Files.writeString(home.resolve(CoordinatorDatabase.FILE), "these are not the pages of SQLite");
    assertThatThrownBy(() -> CoordinatorDatabase.open(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("coordinator.db cannot be opened");
  }

  /// SQLite would make a new one of it, in which nobody was ever revoked.
  @Test
  void refusesAFileThatWasEmptied() throws IOException {
    CoordinatorDatabase.open(home);
    Path file = home.resolve(CoordinatorDatabase.FILE);
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> CoordinatorDatabase.open(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("coordinator.db is empty: restore it from a backup");
    assertThat(file).isEmptyFile();
  }

  @Test
  void refusesASchemaFromTheFuture() throws IOException {
    CoordinatorDatabase.open(home)
        .useTransaction(
            sql ->
                sql.execute(
                    "INSERT INTO flyway_schema_history VALUES"
                        + " (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x', '2026-01-01', 1, 1)"));
    assertThatThrownBy(() -> CoordinatorDatabase.open(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be opened");
  }
}
