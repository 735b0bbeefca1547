package dev.caisson.server.member;

import dev.caisson.protocol.operations.HomeLock;
import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.server.store.CoordinatorDatabase;
import dev.caisson.trust.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// A coordinator's home: `authority.pem`, with which the federation's certificates are signed,
/// `keys`, and the database. Who can read `authority.pem` can be anybody toward the servers of the
/// federation; what sites trust is signed by identities, which it cannot make.
public final class CoordinatorHome {
  private static final String AUTHORITY = "authority.pem";
  private static final String KEYS = "keys";

  /// There while a home is being made: what is in it was never anybody's.
  private static final String UNFINISHED = "init.unfinished";

  private static final Duration LIFETIME = Duration.ofDays(3650);

  private CoordinatorHome() {}

  /// Makes a home. One that has an authority or keys is refused, and nothing of it is touched; what
  /// an earlier call began and did not end, because its process was killed or its disk was full, is
  /// thrown away and made anew.
  public static KeyFiles init(
      Path home, String federation, int certificateDays, InstantSource clock)
      throws IOException, RefusedException {
    if (!federation.matches("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,59}")) {
      throw new RefusedException(
          "a federation's name is 1 to 60 letters, digits, spaces, '.', '_' and '-'");
    }
    if (certificateDays < 1 || certificateDays > 825) {
      throw new RefusedException(
          "certificates are good for 1 to 825 days, got %d".formatted(certificateDays));
    }
    refuseIfOurs(home);
    Files.createDirectories(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    try (HomeLock _ = HomeLock.take(home)) {
      refuseIfOurs(home); // another one may have been at it
      begin(home);
      FederationAuthority authority =
          new FederationAuthority(federation, clock, LIFETIME, Duration.ofDays(certificateDays));
      CoordinatorDatabase.open(home)
          .<RuntimeException>useTransaction(sql -> name(sql, federation, certificateDays));
      KeyFiles keys =
          KeyFiles.create(
              home.resolve(KEYS), authority, new Caller(Members.COORDINATOR, Role.COORDINATOR));
      keep(home, authority); // last, and whole: from here on it is a home
      Files.delete(home.resolve(UNFINISHED));
      return keys;
    }
  }

  private static void refuseIfOurs(Path home) throws RefusedException {
    if (Files.exists(home.resolve(AUTHORITY))) {
      throw new RefusedException(
          "%s is a home already; a second start would orphan every member. Choose another folder"
              .formatted(home));
    }
    if (Files.exists(home.resolve(KEYS)) && Files.notExists(home.resolve(UNFINISHED))) {
      throw new RefusedException(
          "%s has keys that this command did not begin; choose another folder".formatted(home));
    }
  }

  private static void begin(Path home) throws IOException {
    if (Files.exists(home.resolve(UNFINISHED))) {
      deleteAll(home, CoordinatorDatabase.FILE + "*");
      WholeFile.removeDrafts(home.resolve(AUTHORITY));
      if (Files.isDirectory(home.resolve(KEYS))) {
        deleteAll(home.resolve(KEYS), "*");
      }
    }
    WholeFile.replace(
        home.resolve(UNFINISHED),
        "made by 'caisson coordinator init', which has not ended; it may be given again\n"
            .getBytes(StandardCharsets.US_ASCII));
  }

  private static void deleteAll(Path folder, String names) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  /// Refuses a home that was begun and not finished.
  public static void requireWhole(Path home) throws IOException {
    if (Files.exists(home.resolve(UNFINISHED)) && Files.notExists(home.resolve(AUTHORITY))) {
      throw new IOException(
          "%s is not whole, since 'caisson coordinator init' did not end there: give it again"
              .formatted(home));
    }
  }

  /// Puts an authority into a home whose keys it has issued.
  public static void keep(Path home, FederationAuthority authority) throws IOException {
    authority.store(home.resolve(AUTHORITY));
  }

  private static void name(Handle sql, String federation, int certificateDays) {
    sql.createUpdate(
            """
            INSERT INTO federation (only_row, name, certificate_days) VALUES (1, :name, :days)
            ON CONFLICT (only_row) DO UPDATE SET name = :name, certificate_days = :days
            """)
        .bind("name", federation)
        .bind("days", certificateDays)
        .execute();
  }

  /// The home's authority; empty where certificates come from elsewhere. A home that is not whole
  /// is an `IOException`.
  public static Optional<FederationAuthority> authority(
      Path home, CoordinatorDatabase database, InstantSource clock) throws IOException {
    Path file = home.resolve(AUTHORITY);
    requireWhole(home);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    Files.deleteIfExists(home.resolve(UNFINISHED)); // killed when all was there
    int days =
        database.<Integer, RuntimeException>inTransaction(
            sql ->
                sql.createQuery("SELECT certificate_days FROM federation")
                    .mapTo(Integer.class)
                    .findOne()
                    .orElse(30));
    return Optional.of(FederationAuthority.load(file, clock, Duration.ofDays(days)));
  }
}
