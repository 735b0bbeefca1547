package dev.caisson.server.member;

import dev.caisson.protocol.tls.Caller;
import dev.caisson.protocol.tls.Role;
import dev.caisson.trust.Digest;
import dev.caisson.trust.Identity;
import dev.caisson.trust.MalformedException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// The table of members: every identity once, of each name at most one that has not ended.
final class MemberRecords {
  private static final String COLUMNS =
      """
      SELECT m.*, (SELECT MAX(ends_at) FROM certificate c WHERE c.name = m.name) AS certificate_ends
      FROM member m
      """;

  private MemberRecords() {}

  static void add(Handle sql, Caller caller, Identity identity, Instant now) {
    sql.createUpdate(
            """
            INSERT INTO member (identity_digest, identity, name, role, enrolled_at)
            VALUES (:digest, :identity, :name, :role, :now)
            """)
        .bind("digest", identity.fingerprint().bytes())
        .bind("identity", identity.encoded())
        .bind("name", caller.name())
        .bind("role", caller.role().label())
        .bind("now", now.toString())
        .execute();
  }

  /// The member of this name, unless it has ended.
  static Optional<Member> current(Handle sql, String name) {
    return sql.createQuery(COLUMNS + "WHERE m.name = :name AND m.ended_at IS NULL")
        .bind("name", name)
        .map((row, at) -> member(row))
        .findOne();
  }

  /// Whether this identity was ever enrolled.
  static boolean isKnown(Handle sql, Digest identity) {
    return sql.createQuery("SELECT COUNT(*) FROM member WHERE identity_digest = :digest")
            .bind("digest", identity.bytes())
            .mapTo(Integer.class)
            .one()
        > 0;
  }

  static void end(Handle sql, String name, String reason, Instant now) {
    sql.createUpdate(
            """
            UPDATE member SET ended_at = :now, reason = :reason
            WHERE name = :name AND ended_at IS NULL
            """)
        .bind("now", now.toString())
        .bind("reason", reason)
        .bind("name", name)
        .execute();
  }

  static List<Member> all(Handle sql) {
    return sql.createQuery(COLUMNS + "ORDER BY m.name, m.enrolled_at LIMIT 10000")
        .map((row, at) -> member(row))
        .list();
  }

  /// The identities of those who are enrolled with this role, by name.
  static SortedMap<String, Identity> identities(Handle sql, Role role) {
    SortedMap<String, Identity> found = new TreeMap<>();
    sql.createQuery("SELECT name, identity FROM member WHERE role = :role AND ended_at IS NULL")
        .bind("role", role.label())
        .map((row, at) -> found.put(row.getString("name"), identity(row.getBytes("identity"))))
        .list();
    return found;
  }

  private static Identity identity(byte[] encoded) {
    try {
      return Identity.decode(encoded);
    } catch (MalformedException e) {
      throw new IllegalStateException("identities are decoded before they are kept", e);
    }
  }

  private static Member member(ResultSet row) throws SQLException {
    return new Member(
        new Caller(row.getString("name"), Role.ofLabel(row.getString("role")).orElseThrow()),
        Digest.ofBytes(row.getBytes("identity_digest")),
        Instant.parse(row.getString("enrolled_at")),
        Optional.ofNullable(row.getString("ended_at")).map(Instant::parse),
        Optional.ofNullable(row.getString("reason")).orElse(""),
        Optional.ofNullable(row.getString("certificate_ends")).map(Instant::parse));
  }
}
