package dev.caisson.server.member;

import dev.caisson.protocol.grpc.RevocationList;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// The tables of certificates and of names that were revoked. Times are written by
/// [Instant#toString] without fractions, so that text order is time order.
final class CertificateRecords {
  /// Clocks differ: a certificate that has ended is kept for so long after.
  private static final Duration KEPT = Duration.ofDays(2);

  private CertificateRecords() {}

  static void add(Handle sql, String name, X509Certificate certificate, Instant now) {
    sql.createUpdate(
            """
            INSERT INTO certificate (serial, name, issued_at, ends_at)
            VALUES (:serial, :name, :now, :ends)
            """)
        .bind("serial", certificate.getSerialNumber().toString(16))
        .bind("name", name)
        .bind("now", text(now))
        .bind("ends", text(certificate.getNotAfter().toInstant()))
        .execute();
  }

  static long issuedSince(Handle sql, String name, Instant since) {
    return sql.createQuery(
            "SELECT COUNT(*) FROM certificate WHERE name = :name AND issued_at > :since")
        .bind("name", name)
        .bind("since", text(since))
        .mapTo(Long.class)
        .one();
  }

  /// Voids every certificate of a name, those too that were issued elsewhere; gives how many of the
  /// known ones were good until now.
  static int revoke(Handle sql, String name, String reason, Instant now) {
    sql.createUpdate(
            """
            INSERT INTO revoked_name (name, revoked_at, reason) VALUES (:name, :now, :reason)
            ON CONFLICT (name) DO UPDATE SET revoked_at = :now, reason = :reason
            """)
        .bind("name", name)
        .bind("now", text(now))
        .bind("reason", reason)
        .execute();
    return sql.createUpdate(
            "UPDATE certificate SET revoked_at = :now WHERE name = :name AND revoked_at IS NULL")
        .bind("now", text(now))
        .bind("name", name)
        .execute();
  }

  /// In this order a certificate that is revoked between two of the questions is missed by none:
  /// what the first no longer finds, the last does.
  static RevocationList revoked(Handle sql) {
    Set<BigInteger> good =
        serials(
            sql,
            """
            SELECT serial FROM certificate
            WHERE revoked_at IS NULL AND name IN (SELECT name FROM revoked_name)
            """);
    Set<String> names =
        new HashSet<>(sql.createQuery("SELECT name FROM revoked_name").mapTo(String.class).list());
    Set<BigInteger> revoked =
        serials(sql, "SELECT serial FROM certificate WHERE revoked_at IS NOT NULL");
    return new RevocationList(revoked, names, good);
  }

  private static Set<BigInteger> serials(Handle sql, String query) {
    List<String> found = sql.createQuery(query).mapTo(String.class).list();
    Set<BigInteger> serials = new HashSet<>();
    found.forEach(serial -> serials.add(new BigInteger(serial, 16)));
    return serials;
  }

  /// Certificates that have ended let nobody in; what was revoked of them need not be remembered.
  static void forgetEnded(Handle sql, Instant now) {
    sql.createUpdate("DELETE FROM certificate WHERE ends_at < :before")
        .bind("before", text(now.minus(KEPT)))
        .execute();
  }

  private static String text(Instant at) {
    return Instant.ofEpochSecond(at.getEpochSecond()).toString();
  }
}
