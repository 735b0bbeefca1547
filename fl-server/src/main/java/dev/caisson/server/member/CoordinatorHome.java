package dev.caisson.server.member;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.FederationAuthority;
import dev.caisson.protocol.tls.KeyFiles;
import dev.caisson.protocol.tls.Role;
import dev.caisson.server.store.CoordinatorDatabase;
import java.io.IOException;
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
  private static final Duration LIFETIME = Duration.ofDays(3650);

  private CoordinatorHome() {}

  /// Makes a home. One that has an authority or keys is refused, and nothing of it is touched.
  ///
  /// @param certificateDays how long a certificate that is issued is good
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
    if (Files.exists(home.resolve(AUTHORITY)) || Files.exists(home.resolve("keys"))) {
      throw new RefusedException(
          "%s is a home already; a second start would orphan every member. Choose another folder"
              .formatted(home));
    }
    Files.createDirectories(
        home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    FederationAuthority authority =
        new FederationAuthority(federation, clock, LIFETIME, Duration.ofDays(certificateDays));
    CoordinatorDatabase.open(home)
        .<RuntimeException>useTransaction(sql -> name(sql, federation, certificateDays));
    KeyFiles keys =
        KeyFiles.create(
            home.resolve("keys"), authority, new Caller(Members.COORDINATOR, Role.COORDINATOR));
    keep(home, authority);
    return keys;
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

  /// The home's authority; empty where certificates come from elsewhere.
  public static Optional<FederationAuthority> authority(
      Path home, CoordinatorDatabase database, InstantSource clock) throws IOException {
    Path file = home.resolve(AUTHORITY);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
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
