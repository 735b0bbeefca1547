package dev.caisson.server.store;

import dev.caisson.protocol.operations.Check;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// What a coordinator must still know after it was killed: one SQLite file, written ahead
/// (`journal_mode=WAL`) and synced at each commit (`synchronous=FULL`), so that a transaction that
/// has returned is on disk and one that has not left no trace.
///
/// Thread-safe: writers take turns, a writer that waits longer than [#BUSY_MILLIS] fails. A disk
/// that is full or fails is a [StoreException] of that transaction; nothing of it is kept.
///
/// The schema is at the newest version once this is open: the migrations are the numbered files
/// beside this class. A file that a newer Caisson has migrated is refused.
public final class CoordinatorDatabase {
  /// The file's name in the coordinator's home.
  public static final String FILE = "coordinator.db";

  private static final int BUSY_MILLIS = 10_000;
  private static final String MIGRATIONS = "classpath:dev/caisson/server/store";

  private final SQLiteDataSource source;
  private final Jdbi jdbi;

  private CoordinatorDatabase(SQLiteDataSource source) {
    this.source = source;
    this.jdbi = Jdbi.create(source);
  }

  /// Opens the database of this home, making or migrating it where it must be.
  public static CoordinatorDatabase open(Path home) throws IOException {
    Path file = home.resolve(FILE);
    if (Files.notExists(file)) {
      Files.createDirectories(home);
      Files.newByteChannel(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
          .close();
    } else if (Files.size(file) == 0 && isEmpty(home.resolve(FILE + "-wal"))) {
      // SQLite takes it for a new one, and members and revocations would be forgotten
      throw new IOException(
          "%s is empty: restore it from a backup; if nothing ever ran on this home, remove it"
              .formatted(file));
    }
    // the driver unpacks its native library there; no other folder is ours to write to
    System.setProperty("org.sqlite.tmpdir", home.toAbsolutePath().toString());
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    try {
      Flyway.configure().dataSource(source).locations(MIGRATIONS).load().migrate();
    } catch (FlywayException e) {
      throw new IOException(
          "%s cannot be opened: %s; restore it from a backup, or run the version of Caisson that wrote it"
              .formatted(file, reason(e)),
          e);
    }
    return new CoordinatorDatabase(source);
  }

  private static boolean isEmpty(Path file) throws IOException {
    return Files.notExists(file) || Files.size(file) == 0;
  }

  /// Until this is closed, the log that is written ahead and its index stay in place. Without it,
  /// each transaction makes both anew and puts them away again, and where the disk is full nobody
  /// can read either.
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /// For whoever runs on the home.
  public Held hold() throws IOException {
    try {
      Connection held = source.getConnection();
      try (PreparedStatement look = held.prepareStatement("SELECT count(*) FROM sqlite_schema")) {
        look.executeQuery().close(); // the index is made when something is read
      }
      return () -> {
        try {
          held.close();
        } catch (SQLException e) {
          throw new StoreException(reason(e), e);
        }
      };
    } catch (SQLException e) {
      throw new IOException("%s cannot be read: %s".formatted(source.getUrl(), reason(e)), e);
    }
  }

  /// Writes the database of a home, as it is in one moment, into a new file. Whoever runs on the
  /// home goes on; nothing is migrated.
  public static void copy(Path home, Path to) throws IOException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + home.resolve(FILE));
    try (Connection connection = source.getConnection();
        PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
      vacuum.setString(1, to.toString());
      vacuum.execute();
    } catch (SQLException e) {
      throw new IOException("%s cannot be copied: %s".formatted(home.resolve(FILE), reason(e)), e);
    }
  }

  /// Removes native libraries that processes which were killed left in this home. Only while no
  /// other process uses the home.
  public static void removeLeftLibraries(Path home) throws IOException {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(home, "sqlite-*-libsqlitejdbc.so{,.lck}")) {
      for (Path file : left) {
        Files.delete(file); // one that this process has loaded stays loaded
      }
    }
  }

  /// Runs one transaction: all of it is kept, or nothing.
  public <R, X extends Exception> R inTransaction(HandleCallback<R, X> work) throws X {
    try {
      return jdbi.inTransaction(work);
    } catch (JdbiException e) {
      throw new StoreException(reason(e), e);
    }
  }

  /// Reads; holds up no writer. What is asked by several statements may be of several moments.
  public <R, X extends Exception> R read(HandleCallback<R, X> work) throws X {
    try {
      return jdbi.withHandle(work);
    } catch (JdbiException e) {
      throw new StoreException(reason(e), e);
    }
  }

  /// Runs one transaction that gives nothing.
  public <X extends Exception> void useTransaction(HandleConsumer<X> work) throws X {
    try {
      jdbi.useTransaction(work);
    } catch (JdbiException e) {
      throw new StoreException(reason(e), e);
    }
  }

  /// Whether it answers now.
  public Check check() {
    try {
      read(sql -> sql.createQuery("SELECT 1").mapTo(Integer.class).one());
      return Check.good("database", "answers");
    } catch (StoreException e) {
      return Check.bad("database", String.valueOf(e.getMessage()));
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
